"""`python -m bench.goals [G5 G9 …]`: every goal, or those that are named, as a table.

A module that measures has GOALS, the goals' names, and `measure(folder)`, which
yields Figures. `folder` is empty and goes away afterwards.
"""

import argparse
import tempfile
from importlib import import_module
from pathlib import Path

from bench.goals.figure import Figure, table
from bench.rows import machine, say

MODULES = (
    "waiting.push",
    "waiting.polls",
    "waiting.many",
    "load.doors",
    "load.driving",
    "load.failing_over",
    "files.goals",
    "starting.goals",
    "books.lists",
    "dying",
)


def main() -> int:
    """0 when every goal that was measured is met, 1 when not, 2 for a goal that there is not."""
    parser = argparse.ArgumentParser(prog="bench.goals", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help="G1 to G17; all if none is named")
    wanted = {name.upper() for name in parser.parse_args().goals}
    modules = [import_module(f"bench.goals.{name}") for name in MODULES]
    if strange := wanted - {name for module in modules for name in module.GOALS}:
        parser.error(f"nothing measures {', '.join(sorted(strange))}")
    machine()
    figures: list[Figure] = []
    for module in modules:
        if wanted and wanted.isdisjoint(module.GOALS):
            continue
        with tempfile.TemporaryDirectory(prefix="goals-") as folder:
            for figure in module.measure(Path(folder)):
                say("goal", goal=figure.goal, what=figure.what, ours=figure.ours, met=figure.met)
                figures.append(figure)
    figures.sort(key=lambda one: int(one.goal[1:]))
    print(table(figures))
    return 0 if all(one.met for one in figures) else 1
