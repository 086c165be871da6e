"""What a campaign waits for, in words, the most pressing first."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.figures import Figures


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`icon` and `tone` as the pages' states have them; `room` is the page where it is done."""

    words: str
    icon: str
    tone: str
    room: str

    @property
    def view(self) -> str:
        return f"campaigns:{self.room}"


def waits(figures: Figures, *, missing: int) -> tuple[Waiting, ...]:
    """Nothing waits in a campaign whose finals are all chosen."""
    return tuple(_waits(figures, missing))


def _waits(figures: Figures, missing: int) -> Iterator[Waiting]:
    shots, takes = figures.shots, figures.takes
    if takes.attention:
        words = f"{_counted(takes.attention, 'take')} to look at"
        yield Waiting(words=words, icon="shield-alert", tone="bad", room="drafts")
    if takes.to_judge:
        words = f"{_counted(takes.to_judge, 'take')} to judge"
        yield Waiting(words=words, icon="star", tone="accent", room="drafts")
    picked = shots.picked - shots.final
    if picked > 0:
        words = f"{_counted(picked, 'picked shot')} without a final"
        yield Waiting(words=words, icon="check", tone="accent", room="finals")
    if takes.running:
        words = f"{_counted(takes.running, 'take')} being made"
        yield Waiting(words=words, icon="hourglass", tone="info", room="drafts")
    if undrafted := shots.total - shots.drafted:
        words = f"{_counted(undrafted, 'shot')} without a take"
        yield Waiting(words=words, icon="clapperboard", tone="wait", room="storyboard")
    if not shots.total:
        yield Waiting(words="No storyboard yet", icon="file-text", tone="wait", room="storyboard")
    if missing:
        words = f"{_counted(missing, 'answer')} missing in the brief"
        yield Waiting(words=words, icon="circle-help", tone="wait", room="campaign")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
