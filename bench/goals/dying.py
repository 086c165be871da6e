"""G14: a thousand jobs while processes, broker and database die, by `make chaos` itself."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.goals.figure import Figure
from tests.product import ROOT

GOALS = ("G14",)
WANTED = ("lost", "double", "ledger minus invoice")
LEAST_KILLS = 50.0


def measure(folder: Path) -> Iterator[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos"],
        cwd=ROOT,
        env={**os.environ, "CHAOS_DATA": str(folder / "chaos")},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = table(done.stdout)
    for name in WANTED:
        what = f"{name}, of {told['jobs asked for']:.0f} jobs"
        yield Figure(goal="G14", what=what, unit="", ours=abs(told[name]), at_most=0.0)
    yield Figure(goal="G14", what="kills", unit="", ours=told["kills"], at_least=LEAST_KILLS)


def table(output: str) -> dict[str, float]:
    """The first number of each row of chaos' table. Raises ValueError where it has none."""
    found = dict(re.findall(r"^([a-z ]+?)\s{2,}(-?\d+)", output, re.MULTILINE))
    if missing := {*WANTED, "kills", "jobs asked for"} - set(found):
        raise ValueError(f"chaos did not tell {', '.join(sorted(missing))}:\n{output[-2000:]}")
    return {name: float(number) for name, number in found.items()}
