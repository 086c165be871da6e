"""The form for more takes of a shot: what was typed, and what it means."""

from dataclasses import dataclass

from django.http import QueryDict

from campaigns.models import Take
from campaigns.more_takes import MOST_AT_ONCE, MoreTakes
from generation.asks import LONGEST_PROMPT
from generation.pages.money_form import whole_typed
from providers.types import Tier

COUNTS = (1, 2, 3, 4, 6)
LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class TypedMore:
    """The fields as the form of the shot `shot` shows them again. `begin` is the number of the
    take whose words it begins with. Empty fields are as the shot says."""

    shot: str
    count: int = 1
    tier: str = ""
    note: str = ""
    prompt: str = ""
    begin: int | None = None

    @property
    def counts(self) -> tuple[int, ...]:
        """The usual counts, and the one that was typed."""
        return tuple(sorted({*COUNTS, self.count}))


def begun_with(take: Take) -> TypedMore:
    return TypedMore(shot=take.shot.uid, note=take.note, prompt=take.job.prompt, begin=take.number)


def typed_more(data: QueryDict) -> TypedMore | None:
    """What a browser sent, with the shot's id as `shot`; None where it sent no such form."""
    shot, count = data.get("shot", "")[:64], data.get("count", "")
    if not shot or not count.isascii() or not count.isdigit() or len(count) > 2:
        return None
    return TypedMore(
        shot=shot,
        count=min(max(1, int(count)), MOST_AT_ONCE),
        tier=tier_typed(data) or "",
        note=note_typed(data),
        prompt=data.get("prompt", "").strip()[:LONGEST_PROMPT],
    )


def more_of(data: QueryDict) -> MoreTakes:
    """Raises Refused."""
    return MoreTakes(
        count=whole_typed(data.get("count", "") or "1", field="count"),
        prompt=data.get("prompt", "").strip() or None,
        tier=tier_typed(data),
        note=note_typed(data),
    )


def note_typed(data: QueryDict) -> str:
    return " ".join(data.get("note", "").split())[:LONGEST_NOTE]


def tier_typed(data: QueryDict) -> Tier | None:
    text = data.get("tier", "")
    return Tier(text) if text in set(Tier) else None
