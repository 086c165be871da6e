"""What a rewriting goes by, and what it has become so far."""

from dataclasses import dataclass, field

from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.optimise.clauses import Clause
from campaigns.prompts.optimise.laying_out import Rendering, text_of
from campaigns.prompts.optimise.proposal import Brand, Change
from campaigns.prompts.optimise.protecting import Guarded
from providers.types import GenerationMode


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything that stays the same while one prompt is rewritten."""

    offer: OfferLimits
    rendering: Rendering
    seconds: int
    generation_mode: GenerationMode
    style: str
    brand: Brand
    locked: tuple[str, ...]


@dataclass
class Work:
    """One round: the clauses as they are by now, and what was done to them."""

    terms: Terms
    guarded: Guarded
    negative_prompt: str
    clauses: list[Clause] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def text(self) -> str:
        return text_of(self.clauses, self.terms.rendering)

    def fits(self, text: str) -> bool:
        """Whether it can be sent, with locked phrases and directives in their place."""
        return self.terms.offer.fits(self.guarded.restored(text))

    def is_comfortable(self, text: str) -> bool:
        most = self.terms.rendering.comfortable
        return not most or len(self.guarded.restored(text)) <= most

    def note(self, rule: str, reason: str, *, before: str = "", after: str = "") -> None:
        """`before` and `after` may hold stand-ins of locked phrases."""
        was, now = self.guarded.spelled(before), self.guarded.spelled(after)
        self.changes.append(Change(rule=rule, reason=reason, before=was, after=now))
