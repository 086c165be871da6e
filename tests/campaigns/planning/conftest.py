"""The campaign of the seed's price example, and the storyboard that its brief becomes."""

import pytest

from accounts.access import Access
from campaigns import briefs, products, replanning
from campaigns.briefs import BriefFields
from campaigns.models import Campaign, Client
from campaigns.planning.reading import plan_of
from campaigns.products import ProductChange
from tests.campaigns.conftest import uploaded

SCENES = (
    "User tracking workout on phone",
    "Success notification",
    "Progress chart showing improvement",
)


@pytest.fixture
def golden(shop, access: Access, client: Client, campaign: Campaign) -> Campaign:
    """Five scenes of which three are written, a product with two photos, three transitions."""
    photos = [uploaded(access, "navy"), uploaded(access, "teal", name="two.png")]
    named = ProductChange(name="FitnessPro App", audience="busy people")
    product = products.create(access, named, client=client, photos=photos)
    fields = BriefFields(
        scenes=SCENES,
        b_roll_count=5,
        transition_count=3,
        products=(product.uid,),
        ratio="9:16",
        tier="standard",
    )
    briefs.change(access, campaign, fields, version=1)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def board(access: Access, golden: Campaign) -> Campaign:
    """The golden campaign with its plan applied."""
    replanning.apply(access, golden, plan_of(golden))
    return golden
