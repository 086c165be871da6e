"""G16 and G17: what files cost on their way in, and on their way into a film."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.goals.figure import Figure
from bench.goals.files import fetching, stitching

GOALS = ("G16", "G17")
ROUNDS = 3


def measure(folder: Path) -> Iterator[Figure]:
    yield from _fetched(folder)
    yield from _joined(folder)


def _fetched(folder: Path) -> Iterator[Figure]:
    found: dict[str, list[dict[str, float]]] = {way: [] for way in fetching.WAYS}
    for _ in range(ROUNDS):
        for way, values in found.items():
            values.append(fetching.taken(way, folder))

    def middle(way: str, name: str) -> float:
        return median(value[name] for value in found[way])

    yield Figure(
        goal="G16",
        what="download to storage with SHA-256, 8 at once",
        unit="CPU s/GB",
        ours=middle("ours", "cpu") / fetching.GIGABYTES,
        anchor=middle("content", "cpu") / fetching.GIGABYTES,
        peer="requests .content",
        at_most=2.2,
    )
    yield Figure(
        goal="G16",
        what="memory growth, 8 files of 200 MB at once",
        unit="MB",
        ours=middle("ours", "growth_mb"),
        anchor=middle("content", "growth_mb"),
        peer="requests .content",
        at_most=24.0,
    )


def _joined(folder: Path) -> Iterator[Figure]:
    """A film's first making, its making again, and with one clip that is new and odd."""
    paths, cache = stitching.clips(folder), folder / "cache"
    mixed = [*paths[:4], stitching.odd_clip(folder), *paths[5:]]
    copied, encoded, first, again, odd = [], [], [], [], []
    for _ in range(ROUNDS):
        copied.append(stitching.copied(paths, folder))
        first.append(stitching.filmed(paths, folder, cache=stitching.fresh(cache)))
        again.append(stitching.filmed(paths, folder, cache=cache))
        encoded.append(stitching.encoded(paths, folder))
        odd.append(stitching.filmed(mixed, folder, cache=cache))
    copy, whole = median(copied), median(encoded)
    yield _film("ten equal clips, first film", median(first), copy, "ffmpeg copy", 1 / 1.35)
    yield _film("ten equal clips, parts at hand", median(again), copy, "ffmpeg copy", 1 / 1.35)
    yield _film("ten equal clips, parts at hand", median(again), whole, "re-encode", 1 / 0.03)
    yield _film("one of ten odd, the others at hand", median(odd), whole, "re-encode", 1 / 0.2)


def _film(what: str, ours: float, anchor: float, peer: str, times_better: float) -> Figure:
    return Figure(
        goal="G17",
        what=what,
        unit="s",
        ours=ours,
        anchor=anchor,
        peer=peer,
        times_better=times_better,
    )
