"""G1, and G8 for a vendor that calls back: a thousand tasks, each end told by a signed callback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.goals.figure import Figure
from bench.goals.waiting.crowd import THOUSAND, WIDE, Client, Product

GOALS = ("G1", "G8")
# What a stored clip costs besides: its download, which is no part of waiting.
DOWNLOAD = 1


def measure(folder: Path) -> Iterator[Figure]:
    [ours] = Product(f"fal:{THOUSAND}:1:{WIDE}:push").waited()
    fal = Client("fal-threads").waited()
    peer: dict[str, Any] = {"peer": "fal-client, threads"}
    delays: dict[str, Any] = {"goal": "G1", "unit": "ms", **peer}
    yield Figure(
        what="callback to commit: p50",
        ours=1000 * ours.p50,
        anchor=1000 * fal.p50,
        at_most=25,
        **delays,
    )
    yield Figure(
        what="callback to commit: p95",
        ours=1000 * ours.p95,
        anchor=1000 * fal.p95,
        at_most=80,
        times_better=40,
        **delays,
    )
    yield Figure(
        goal="G8",
        what="calls a job, with callbacks",
        unit="",
        ours=ours.calls + DOWNLOAD,
        anchor=fal.calls + DOWNLOAD,
        at_most=3.05,
        times_better=18,
        **peer,
    )
