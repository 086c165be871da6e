"""Pictures of every screen for docs/screenshots: wide and narrow, dark and light.

Starts the product on a folder of its own, fills it through its API, photographs what
`scripts/screens.py` names, and stops it. Needs a Chromium on this machine.
"""

import argparse
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.filling import Product, fill
from scripts.screens import screens
from tests.product import RunningProduct, running
from tests.services import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SIZES = ((1280, 860), (360, 760))
THEMES = ("dark", "light")
PROMPT = "Coffee pours into a glass, slow motion, warm side light"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/screenshots"))
    parser.add_argument("--only", nargs="*", help="names out of scripts/screens.py")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="screens-") as folder,
        running(Path(folder), CREATES_PER_MINUTE="0") as product,
    ):
        made = fill(Product(base=product.base_url, key=product.demo["AIVIDEO_API_KEY"]))
        wanted = screens(made)
        if chosen.only:
            wanted = {name: wanted[name] for name in chosen.only}
        _photograph_all(product, wanted, out=chosen.out)


def _photograph_all(product: RunningProduct, wanted: dict[str, str], *, out: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        for size in SIZES:
            page = _signed_in(browser, product, size, out=out)
            for name, path in wanted.items():
                _photograph(page, name, product.base_url + path, out=out)
            page.context.close()
        browser.close()


def _signed_in(
    browser: Browser, product: RunningProduct, size: tuple[int, int], *, out: Path
) -> Page:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = context.new_page()
    _photograph(page, "login", f"{product.base_url}/login/", out=out)
    page.fill("#id_username", product.demo["AIVIDEO_USERNAME"])
    page.fill("#id_password", product.demo["AIVIDEO_PASSWORD"])
    page.click("button[type=submit]")
    page.wait_for_selector("#main")
    return page


def _photograph(page: Page, name: str, address: str, *, out: Path) -> None:
    """Both themes of one screen, at the page's width."""
    page.goto(address)
    if name == "generate":
        page.fill("#prompt", PROMPT)
    page.wait_for_timeout(700)
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        width = (page.viewport_size or {"width": 0})["width"]
        taken = Image.open(BytesIO(page.screenshot(caret="initial", animations="allow")))
        taken.save(out / f"{name}-{theme}-{width}.webp", quality=72, method=6)


if __name__ == "__main__":
    main()
