"""One figure of a goal: ours, its anchor's, what is wanted, and whether that is met."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`at_most` and `at_least` bound `ours`; `times_better` is wanted over the anchor.

    Better is less, unless `at_least` is given or `more_is_better`. `anchor` is None where a
    goal has no peer, and only the bounds count.
    """

    goal: str
    what: str
    unit: str
    ours: float
    anchor: float | None = None
    peer: str = ""
    at_most: float | None = None
    at_least: float | None = None
    times_better: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the anchor; None without one."""
        if self.anchor is None:
            return None
        better, worse = (
            (self.ours, self.anchor)
            if self.more_is_better or self.at_least is not None
            else (self.anchor, self.ours)
        )
        return better / worse if worse else float("inf")

    @property
    def met(self) -> bool:
        if self.at_most is not None and self.ours > self.at_most:
            return False
        if self.at_least is not None and self.ours < self.at_least:
            return False
        if self.times_better is None:
            return True
        return self.ratio is not None and self.ratio >= self.times_better

    @property
    def aim(self) -> str:
        """What is wanted, in a few words."""
        parts = []
        if self.at_most is not None:
            parts.append(f"≤ {number(self.at_most)}")
        if self.at_least is not None:
            parts.append(f"≥ {number(self.at_least)}")
        if self.times_better is not None:
            parts.append(f"≥ {number(self.times_better)}x")
        return ", ".join(parts)


def number(value: float) -> str:
    """Three digits that matter, never in powers of ten."""
    if value == float("inf"):
        return "∞"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table: goal, figure, ours, anchor, ratio, aim, met or not."""
    head = ("goal", "figure", "ours", "anchor", "ratio", "aim", "met")
    rows = [head, tuple("---" for _ in head), *(_cells(one) for one in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(one: Figure) -> tuple[str, ...]:
    anchor = "–" if one.anchor is None else f"{number(one.anchor)} ({one.peer})"
    ratio = "–" if one.ratio is None else f"{number(one.ratio)}x"
    what = f"{one.what}, {one.unit}" if one.unit else one.what
    # Where nothing is wanted, nothing is met: the row only tells.
    met = ("yes" if one.met else "NO") if one.aim else "–"
    return one.goal, what, number(one.ours), anchor, ratio, one.aim, met
