"""Pictures of the pages for docs/screenshots, taken from a running product (`make run`).

Reads the address and the demo's password from DATA_DIR/demo.env, makes a few clips in test mode
and photographs every page: wide and narrow, dark and light. Needs a Chromium on this machine.
"""

import argparse
import json
import shutil
import time
import urllib.request
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WIDE, NARROW = (1280, 860), (360, 760)
CLIPS = [
    {"prompt": "Close-up of hands typing on a laptop, bright office, shallow depth of field"},
    {"prompt": "Person running on a treadmill in a modern gym, focused", "aspect_ratio": "9:16"},
    {"prompt": "Coffee pours into a glass, slow motion, warm side light", "aspect_ratio": "1:1"},
    {"prompt": "Smartphone turns slowly on a white table, studio lighting", "quality": "standard"},
    {"prompt": "[[sandbox: fail=moderation]] A well-known singer holds the product"},
    {"prompt": "Serene mountain lake at sunset, drone shot moving forward", "quality": "high"},
]
PAGES = {"today": "/", "generate": "/generate/?tier=draft", "queue": "/jobs/"}


@dataclass(frozen=True)
class Desk:
    """A running product and the person who looks at it."""

    base: str
    key: str
    name: str
    password: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var"), help="the product's DATA_DIR")
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"))
    chosen = parser.parse_args()
    lines = (chosen.data / "demo.env").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    desk = Desk(
        base=told["AIVIDEO_BASE_URL"],
        key=told["AIVIDEO_API_KEY"],
        name=told["AIVIDEO_USERNAME"],
        password=told["AIVIDEO_PASSWORD"],
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    made = [_ask(desk, clip) for clip in CLIPS]
    _wait(desk, made)
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for theme in ("dark", "light"):
            _photograph(browser, desk, made[0], theme=theme, size=WIDE, out=chosen.out)
        _photograph(browser, desk, made[1], theme="dark", size=NARROW, out=chosen.out)
        browser.close()


def _call(desk: Desk, path: str, body: dict[str, str] | None = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {desk.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{desk.base}/api/ai-video/{path}", data, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return dict(json.load(answer))


def _ask(desk: Desk, clip: dict[str, str]) -> str:
    return str(_call(desk, "generate", {"quality": "draft", **clip})["job_id"])


def _wait(desk: Desk, jobs: list[str], *, seconds: float = 120.0) -> None:
    ends = time.monotonic() + seconds
    for job in jobs:
        while _call(desk, f"status/{job}")["status"] in ("queued", "processing"):
            if time.monotonic() > ends:
                raise TimeoutError(f"{job} has not ended")
            time.sleep(0.5)


def _photograph(
    browser: Browser, desk: Desk, job: str, *, theme: str, size: tuple[int, int], out: Path
) -> None:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page.goto(f"{desk.base}/login/")
    suffix = f"{theme}-{width}"
    _save(page, out / f"login-{suffix}.webp")
    page.fill("#id_username", desk.name)
    page.fill("#id_password", desk.password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{desk.base}/")
    for name, path in {**PAGES, "job": f"/jobs/{job}/"}.items():
        page.goto(f"{desk.base}{path}")
        if name == "generate":
            page.fill("#prompt", CLIPS[0]["prompt"])
        page.wait_for_timeout(1500)
        _save(page, out / f"{name}-{suffix}.webp")
    page.close()


def _save(page: Page, path: Path) -> None:
    taken = page.screenshot(caret="initial", animations="allow")
    Image.open(BytesIO(taken)).save(path, quality=82, method=6)


if __name__ == "__main__":
    main()
