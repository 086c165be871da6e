"""Every screen over 100,000 jobs, as a person's browser has it: the whole product, no stand-ins.

    python -m bench.run pages [--page-jobs 100000] [--page-databases postgresql sqlite]

The books of `bench.books` are the demo workspace's, in PostgreSQL and copied from there into
SQLite; the campaign's screens are filled through the API as for the screenshots. Each screen of the
desk and of the back desk is opened with an empty cache, several times; the middle one counts.

BENCH_DATABASE_URL   an empty or filled PostgreSQL that is to be kept; one of its own without
BENCH_FOLDER         where the products' data is kept, to be measured again; nowhere without
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.rows import at, say
from scripts.filling import Filled, Product, fill
from scripts.screens import back_desk, screens
from tests import services
from tests.e2e.desk import Desk
from tests.e2e.test_browser import ARGUMENTS
from tests.e2e.walker import Walker

ROOT = Path(__file__).resolve().parent.parent
FIRST_BYTE_MS, PAINT_MS, MOST_KB = 100.0, 1000.0, 150.0
TURNS = 5
DATABASES = ("postgresql", "sqlite")
WIDTH = 1280
FIRST_BYTE = "() => performance.getEntriesByType('navigation')[0].responseStart"
PAINT = """() => new Promise((done) => {
    let last = 0;
    const seen = (list) => { for (const one of list.getEntries()) last = one.startTime; };
    new PerformanceObserver(seen).observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => done(last), 150);
})"""


def measure(folder: Path, *, jobs: int, databases: Sequence[str] = DATABASES) -> None:
    """A row for each screen and one for all of them, for each of the databases."""
    kept = Path(os.environ["BENCH_FOLDER"]) if os.environ.get("BENCH_FOLDER") else folder
    with _books(jobs=jobs) as url:
        if "sqlite" in databases:
            # Before a walk has added its own to the books.
            _copy(url, kept / "sqlite" / "var" / "aivideo.sqlite3")
        for database in databases:
            place = kept / database
            address = {} if database == "sqlite" else {"DATABASE_URL": url}
            _walk(database, Desk(place, CREATES_PER_MINUTE="0", **address))


def _copy(url: str, file: Path) -> None:
    """Unless it is there: under another name until it is whole, so that half is never measured."""
    if file.is_file():
        return
    part = file.with_name("part.sqlite3")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    _run("bench.books_copied", url, url=f"sqlite:///{part}")
    part.rename(file)


@contextmanager
def _books(*, jobs: int) -> Iterator[str]:
    given = os.environ.get("BENCH_DATABASE_URL", "")
    if given:
        _run("bench.books", str(jobs), url=given)
        yield given
        return
    with services.postgres() as running:
        _run("bench.books", str(jobs), url=running.url)
        yield running.url


def _run(module: str, *words: str, url: str) -> None:
    """A step that needs the project's settings, with this database."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": url,
        "RING_THE_BELL": "false",
        "LOG_LEVEL": "ERROR",
        "AIVIDEO_LOG_FILE": os.devnull,
    }
    subprocess.run([sys.executable, "-m", module, *words], check=True, cwd=ROOT, env=env)


def _walk(database: str, desk: Desk) -> None:
    from playwright.sync_api import sync_playwright

    _draw(desk.data / "media" / "clips")
    desk.start()
    try:
        made = _made(desk)
        with sync_playwright() as playwright:
            path = str(services.chromium())
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            with Walker(browser, desk, WIDTH) as walker:
                walker.sign_in()
                _tell(database, walker, {**screens(made), **back_desk(made)})
            browser.close()
    finally:
        desk.stop()


def _draw(folder: Path) -> None:
    """The first pictures of the books' clips."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(60):
        picture = Image.linear_gradient("L").resize((480, 270)).rotate(6 * number)
        picture.convert("RGB").save(folder / f"{number}.jpg", "JPEG", quality=80)


def _made(desk: Desk) -> Filled:
    """What the API has filled in, remembered beside the data."""
    kept = desk.data / "filled.json"
    if kept.is_file():
        return Filled(**json.loads(kept.read_text(encoding="ascii")))
    made = fill(Product(base=desk.base, key=desk.demo["AIVIDEO_API_KEY"]))
    kept.write_text(json.dumps(asdict(made)), encoding="ascii")
    return made


def _tell(database: str, walker: Walker, paths: dict[str, str]) -> None:
    over = []
    for name, path in paths.items():
        first, paint, weight = _look(walker, path)
        met = first < FIRST_BYTE_MS and paint < PAINT_MS and weight <= MOST_KB
        over += [] if met else [name]
        say(
            "page",
            database=database,
            name=name,
            first_byte_ms=round(first, 1),
            paint_ms=round(paint, 1),
            kb=round(weight, 1),
            met=met,
        )
    say(
        "pages",
        database=database,
        screens=len(paths),
        load=os.getloadavg()[0],
        aims={"first_byte_ms": FIRST_BYTE_MS, "paint_ms": PAINT_MS, "kb": MOST_KB},
        over_an_aim=over,
    )


def _look(walker: Walker, path: str) -> tuple[float, float, float]:
    """Milliseconds to the first byte and to the largest paint, and kilobytes; after one turn to
    warm up, the middle of the others."""
    found: dict[str, list[float]] = {"first": [], "paint": [], "kb": []}
    for turn in range(TURNS + 1):
        walker.weights.clear()
        answer = walker.page.goto(f"{walker.desk.base}{path}", wait_until="load")
        assert answer is not None, path
        assert answer.status == 200, (path, answer.status)
        paint = walker.page.evaluate(PAINT)
        if turn:
            found["first"].append(walker.page.evaluate(FIRST_BYTE))
            found["paint"].append(paint)
            found["kb"].append(walker.weight() / 1024)
    first, paint, weight = (at(values, 50) for values in found.values())
    return first, paint, weight
