"""`make test`: the checks, then every test on SQLite, and on PostgreSQL what touches it.

The suite is cut into parts, the longest first, and so many of them run at once as keep the
machine busy while some of them wait. Each part has a data folder, and on PostgreSQL a database, of
its own. What a part printed is shown when it has ended. The exit code is the worst.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests import services

PYTEST = [sys.executable, "-m", "pytest"]
AT_ONCE = (os.cpu_count() or 1) + 1
# The room with about half of all tests is three parts: deaths at every point, the rest of the
# engine, which waits for vendors and other processes as well, and what lies in folders.
LARGEST = "tests/generation"
CRASHES = f"{LARGEST}/crashes"
ENGINE = f"{LARGEST}/test_*.py"
# About half of what starts a product or a browser.
WALKS = "tests/e2e"
# What never touches the product's database has nothing to say about another one.
NO_DATABASE = ("docs", "footage", "pro", "sandbox")
COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed)\b")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some tests on one database; `database` is empty for SQLite."""

    name: str
    arguments: Sequence[str]
    database: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    part: Part
    code: int
    output: Path
    seconds: float


def main() -> int:
    code = subprocess.call(["make", "--no-print-directory", "check"])
    try:
        print(f"Browser: {services.chromium()}", flush=True)
        with services.postgres() as database, services.redis() as broker:
            print(f"Database: {database.what}, besides SQLite", flush=True)
            print(f"Broker: {broker.what}", flush=True)
            return max(code, run(parts(database.url), broker_url=broker.url))
    except services.ServiceMissing as reason:
        print(f"The tests cannot run: {reason}", file=sys.stderr)
        return 1


def parts(database_url: str) -> list[Part]:
    """The whole suite, cut; what takes longest stands in front."""
    quick = ["-m", "not e2e"]
    skipped = [f"--ignore=tests/{room}" for room in NO_DATABASE]
    rest = [*quick, f"--ignore={LARGEST}", *skipped]
    server = database_url.rsplit("/", 1)[0]
    crashes = [*quick, CRASHES]
    engine = [*quick, *sorted(map(str, Path().glob(ENGINE)))]
    folders = [*quick, LARGEST, f"--ignore={CRASHES}", f"--ignore-glob={ENGINE}"]
    return [
        Part(name="PostgreSQL, crashes", arguments=crashes, database=f"{server}/second"),
        Part(name="SQLite, crashes", arguments=crashes),
        Part(name="SQLite, whole product and browser", arguments=["-m", "e2e", WALKS]),
        Part(name="SQLite, starts and pages", arguments=["-m", "e2e", f"--ignore={WALKS}"]),
        Part(
            name="Rooms without a database",
            arguments=[*quick, *(f"tests/{room}" for room in NO_DATABASE)],
        ),
        Part(name="PostgreSQL, the engine", arguments=engine, database=f"{server}/fifth"),
        Part(name="SQLite, the engine", arguments=engine),
        Part(name="PostgreSQL, generation", arguments=folders, database=f"{server}/third"),
        Part(name="SQLite, generation", arguments=folders),
        Part(name="PostgreSQL, the rest", arguments=rest, database=f"{server}/fourth"),
        Part(name="SQLite, the rest", arguments=rest),
    ]


def run(wanted: Sequence[Part], *, broker_url: str) -> int:
    """Run all parts and show each as it ends; the worst exit code."""
    started = time.monotonic()
    counts: Counter[str] = Counter()
    worst = 0
    temporary = tempfile.TemporaryDirectory(prefix="aivideo-test-")
    with temporary as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        places = [Path(folder) / str(index) for index in range(len(wanted))]
        running = [
            pool.submit(_run, part, into=place, broker_url=broker_url)
            for part, place in zip(wanted, places, strict=True)
        ]
        for ended in as_completed(running):
            outcome = ended.result()
            worst = max(worst, abs(outcome.code))
            counts.update(_show(outcome))
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    print(f"\nAll parts: {told} in {time.monotonic() - started:.2f}s", flush=True)
    return worst


def _run(part: Part, *, into: Path, broker_url: str) -> Outcome:
    into.mkdir()
    print(f"Started: {part.name}", flush=True)
    started = time.monotonic()
    # Importing the project has named its own settings, which would beat pytest's: then
    # TEST_DATABASE_URL would be passed by, and "PostgreSQL" would be SQLite once more.
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_REDIS_URL": broker_url,
        "DATA_DIR": str(into / "data"),
    }
    arguments = [*PYTEST, *part.arguments]
    if part.database:
        env["TEST_DATABASE_URL"] = part.database
        arguments += ["-p", "tests.only_database"]
    output = into / "output.txt"
    with output.open("wb") as to:
        code = subprocess.call(arguments, env=env, stdout=to, stderr=subprocess.STDOUT)
    return Outcome(part=part, code=code, output=output, seconds=time.monotonic() - started)


def _show(outcome: Outcome) -> Counter[str]:
    """Print what a part printed, and count its tests by how they ended."""
    text = outcome.output.read_text("utf-8", errors="replace")
    print(f"\n{outcome.part.name}:\n{text.rstrip()}", flush=True)
    lines = text.rstrip().splitlines()
    found = COUNTED.findall(lines[-1]) if lines else []
    return Counter({word: int(number) for number, word in found if word != "deselected"})


if __name__ == "__main__":
    sys.exit(main())
