"""What the planner is told and what it says: plain values, no rows."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from campaigns.models.shot import ShotRole
from providers.types import Tier


class Origin(StrEnum):
    """Where a planned shot comes from. One that was asked for by words is never given up for
    another; an invented one is as good as any of its kind."""

    ASKED = "asked"
    PHOTO = "photo"
    INVENTED = "invented"


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """A product and the ids of its photos, in their order."""

    uid: str
    name: str
    audience: str = ""
    benefits: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KitFacts:
    """A brand kit as far as it enters prompts; `colours` are the names that the kit gives."""

    voice: str = ""
    colours: tuple[str, ...] = ()
    locked_phrases: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BriefFacts:
    """A brief with its products and its client's kit. Money is micro-dollars, `seed` decides
    the order of what is invented. `tier` is that of the finished clips."""

    seed: int = 0
    goal: str = ""
    audience: str = ""
    message: str = ""
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    products: tuple[ProductFacts, ...] = ()
    placements: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    b_roll_count: int | None = None
    transition_count: int = 0
    with_hook: bool = False
    with_end_card: bool = False
    total_seconds: int | None = None
    ratio: str = "16:9"
    tier: Tier = Tier.STANDARD
    style: str = ""
    deadline: date | None = None
    budget_micros: int | None = None
    kit: KitFacts = field(default_factory=KitFacts)


@dataclass(frozen=True, kw_only=True)
class PlannedShot:
    """One shot that the brief asks for; `photo` and `product` are ids, empty where none."""

    role: ShotRole
    origin: Origin
    prompt: str
    seconds: int
    tier: Tier
    ratio: str
    negative_prompt: str = ""
    style: str = ""
    photo: str = ""
    product: str = ""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two things that cannot both hold. `setting` is the one field of the brief whose change
    ends it, `options` are ways out, each a sentence with its numbers."""

    code: str
    message: str
    setting: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The storyboard of a brief, in order."""

    shots: tuple[PlannedShot, ...]
    notes: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def seconds(self) -> int:
        return sum(shot.seconds for shot in self.shots)
