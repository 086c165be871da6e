"""What the rehearsal campaign says: an invented client, its bottle of oil, and its brief."""

from datetime import date, timedelta

from campaigns.briefs import BriefFields, Claim
from campaigns.clients import Colour, KitChange, ProfileChange
from campaigns.products import ProductChange

CLIENT = "Harrow & Wren (rehearsal)"
CAMPAIGN = "First harvest (rehearsal)"
BATCH = "Lanterns (rehearsal)"
BUDGET = "First harvest, soft (rehearsal)"
BUDGET_MICROS = 3_000_000
MARKUP_BP = 2_000

PROFILE = ProfileChange(
    about="Cold-pressed oils from one farm. Invented for the rehearsal.",
    contact_name="Wilma Wren",
    contact_email="wilma@harrow-and-wren.example",
    markets=("United Kingdom", "Germany"),
    placements=("Instagram Reels",),
    disclosure="Made with generated footage: said in the caption.",
)
KIT = KitChange(
    voice="Warm, plain, a little dry",
    colours=(Colour(name="Walnut", hex="#5B3A21"), Colour(name="Cream", hex="#F3E9D8")),
    locked_phrases=("Pressed once. Never rushed.",),
    avoid=("smoke", "plastic"),
    defaults={"brand": "Harrow & Wren"},
)
PRODUCT = ProductChange(
    name="Walnut oil, 250 ml",
    description="A small dark bottle with a cream label",
    audience="Home cooks who read labels",
    benefits=("Pressed on the day it ships", "One farm, one harvest"),
)
SCENES = (
    "Hands open a bottle of walnut oil beside a window, close-up, soft morning light",
    "Oil runs over warm bread in slow motion, side light, shallow depth of field",
    "A walnut orchard at first light, slow aerial shot forward, mist between the rows",
)
LANTERNS = tuple(
    f"A paper lantern sways in the wind at dusk, {view}, static camera"
    for view in ("from below", "from afar", "in close-up", "reflected in water")
)
FAILING = "A train crosses a valley in evening haze, aerial [[sandbox: only=pika fail=server]]"
REFUSED = "[[sandbox: fail=moderation]] A well-known singer holds the bottle up to the light"
FACTORS = {"camera": ("static", "orbit"), "light": ("daylight", "golden")}
REJECTED_FOR = "motion"


def brief(*, product: str, today: date) -> BriefFields:
    """The whole brief; `product` is the product's id."""
    return BriefFields(
        goal="Sell the first pressing of the year",
        audience="Home cooks who read labels",
        message="Pressed on the day it ships",
        must=("the bottle",),
        never=("open flames",),
        claims=(Claim(text="Pressed on the day it ships", proof="Press log of the mill"),),
        products=(product,),
        markets=("United Kingdom",),
        placements=("Instagram Reels",),
        scenes=SCENES,
        b_roll_count=len(SCENES),
        transition_count=1,
        ratio="9:16",
        tier="standard",
        rounds=2,
        deadline=today + timedelta(days=12),
        budget_micros=25_000_000,
    )
