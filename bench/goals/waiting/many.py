"""G4: ten thousand tasks under way in one worker process."""

from collections.abc import Iterator
from pathlib import Path

from bench.goals.figure import Figure
from bench.goals.waiting.crowd import WIDE, Client, Product

GOALS = ("G4",)
TEN_THOUSAND = 10_000


def measure(folder: Path) -> Iterator[Figure]:
    few, client = Product(f"sora:100:1:{WIDE}"), Client("openai-threads")
    [hundred], openai = few.waited(), client.waited()
    [many] = Product(f"sora:{TEN_THOUSAND}:1:{WIDE}").waited()
    yield Figure(
        goal="G4",
        what="10,000 in one process: p95",
        unit="s",
        ours=many.p95,
        anchor=hundred.p95,
        peer="our own 100",
        at_most=1.3 * hundred.p95,
    )
    yield Figure(
        goal="G4",
        what="memory for 1,000 tasks",
        unit="MB",
        ours=many.mb,
        anchor=openai.mb,
        peer="openai, threads",
        at_most=8,
        times_better=4,
    )
