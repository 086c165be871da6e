"""What the style guide shows its components with: every state, made up, and words that run on."""

from dataclasses import dataclass
from datetime import timedelta

from generation import clock
from generation.choices import JobState
from generation.pages.budget_meter import Meter, meter
from generation.pages.labels import IN_DOUBT, JOBS, Label
from generation.pages.rows import JobRow

LONG = "Hands open a walnut-oil bottle beside a window, drifting dust in soft light, " * 3
COLOURS = (
    ("ground", "The page"),
    ("surface", "Cards, fields"),
    ("raised", "Menus, what is pointed at"),
    ("line", "Hairlines"),
    ("line-strong", "Edges of what is pressed"),
    ("text", "Words"),
    ("muted", "Words of the second rank"),
    ("faint", "Hints inside fields"),
    ("accent", "Picked, current"),
    ("accent-fill", "About to spend"),
    ("good", "It worked"),
    ("bad", "It failed, it destroys"),
    ("info", "At work"),
    ("wait", "Waits"),
)
SIZES = ("12", "13", "14", "16", "20", "28")


@dataclass(frozen=True, kw_only=True)
class Samples:
    """One theme's half of the style guide. Ids differ between the halves."""

    theme: str
    labels: tuple[Label, ...]
    rows: tuple[JobRow, ...]
    meters: tuple[tuple[str, Meter], ...]


def samples(theme: str) -> Samples:
    return Samples(theme=theme, labels=(*JOBS.values(), IN_DOUBT), rows=_rows(theme), meters=METERS)


METERS = (
    ("Room left", meter(limit=40_000_000, held=4_000_000, spent=18_500_000)),
    ("Nothing spent", meter(limit=40_000_000, held=0, spent=0)),
    ("Over a soft limit", meter(limit=40_000_000, held=6_000_000, spent=44_000_000)),
)


def _rows(theme: str) -> tuple[JobRow, ...]:
    words = "Coffee pours into a glass, slow motion, warm side light"
    return (
        _row(theme, JobState.QUEUED, words),
        _row(theme, JobState.PROCESSING, words),
        _row(theme, JobState.COMPLETED, LONG.strip()),
        _row(theme, JobState.FAILED, words),
    )


def _row(theme: str, state: JobState, words: str) -> JobRow:
    ended = state in (JobState.COMPLETED, JobState.FAILED)
    return JobRow(
        uid=f"sample-{theme}-{state}",
        prompt=words,
        label=JOBS[state],
        ended=ended,
        provider="Pika",
        seconds=5,
        ratio="16:9",
        tier="draft",
        price="$0.10",
        price_is_final=ended,
        since=clock.now() - timedelta(minutes=3),
        thumbnail="",
        clip="",
        error="",
        percent=40 if state == JobState.PROCESSING else None,
    )
