"""G2, G3, and G8 for vendors that have to be asked: by progress, and without any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.goals.figure import Figure
from bench.goals.waiting.crowd import THOUSAND, TIGHT, WIDE, Client, Product, Waited

GOALS = ("G2", "G3", "G8")
GAP = 5  # seconds that Runway wants between two looks at one task


def measure(folder: Path) -> Iterator[Figure]:
    # Three thousand at once in one worker, beside the client that takes a core for itself.
    product = Product(
        f"sora:{THOUSAND}:1:{WIDE}",
        f"runway:{THOUSAND}:{GAP}:{WIDE}",
        f"fal:{THOUSAND}:{GAP}:{TIGHT}",
    )
    at_once = Client("runway-async")
    progress, wide, tight = product.waited()
    jammed = at_once.waited()
    clients = (
        Client("openai-threads"),
        Client("runway-threads"),
        Client("runway-threads", terms=TIGHT),
    )
    openai, runway, runway_tight = [client.waited() for client in clients]
    yield from by_progress(progress, openai)
    yield from delays_without(wide, tight, runway=runway, jammed=jammed)
    yield from calls_without(wide, tight, runway=runway, runway_tight=runway_tight)


def by_progress(ours: Waited, openai: Waited) -> Iterator[Figure]:
    delay: dict[str, Any] = {"goal": "G2", "unit": "s", "peer": "openai, threads"}
    yield Figure(what="by progress: p50", ours=ours.p50, anchor=openai.p50, at_most=1.0, **delay)
    yield Figure(
        what="by progress: p95",
        ours=ours.p95,
        anchor=openai.p95,
        at_most=2.2,
        times_better=1 / 0.75,
        **delay,
    )
    yield Figure(
        what="CPU for 1,000 jobs",
        ours=ours.cpu,
        anchor=openai.cpu,
        at_most=7,
        times_better=9,
        **delay,
    )
    yield Figure(
        goal="G8",
        what="calls a job, by progress",
        unit="",
        ours=ours.calls,
        anchor=openai.calls,
        peer="openai, threads",
        at_most=8,
        times_better=2,
    )


def delays_without(
    wide: Waited, tight: Waited, *, runway: Waited, jammed: Waited
) -> Iterator[Figure]:
    delay: dict[str, Any] = {"goal": "G3", "unit": "s", "peer": "runwayml, threads"}
    yield Figure(what="no progress: p50", ours=wide.p50, anchor=runway.p50, at_most=2.6, **delay)
    yield Figure(what="no progress: p95", ours=wide.p95, anchor=runway.p95, at_most=5.0, **delay)
    delay["peer"] = "runwayml, asyncio"
    yield Figure(what="no progress: p95", ours=wide.p95, anchor=jammed.p95, times_better=5, **delay)
    yield Figure(
        goal="G3",
        what="looks within 5 s of the last",
        unit="",
        ours=wide.too_often + tight.too_often,
        at_most=0,
    )


def calls_without(
    wide: Waited, tight: Waited, *, runway: Waited, runway_tight: Waited
) -> Iterator[Figure]:
    calls: dict[str, Any] = {"goal": "G8", "unit": "", "peer": "runwayml, threads"}
    yield Figure(
        what="calls a job, no progress",
        ours=wide.calls,
        anchor=runway.calls,
        times_better=1 / 0.95,
        **calls,
    )
    # fal tells the result by a call of its own, which is no look.
    yield Figure(
        what="calls a job, no progress, much alike",
        ours=tight.calls - 1,
        anchor=runway_tight.calls,
        times_better=1 / 0.6,
        **calls,
    )
