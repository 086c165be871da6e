"""A page that was offline or hidden: it says since when, and is right again when it is back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.desk import Desk
from tests.e2e.test_browser import ARGUMENTS

pytestmark = pytest.mark.e2e
SOON = 12_000  # milliseconds; a page at rest asks every 15 s by itself
# What stands there for four seconds only is read by a busy machine when it is gone.
WRITE_DOWN = """(box) => {
    window.said = [];
    new MutationObserver(() => window.said.push(box.textContent)).observe(box, { childList: true });
}"""


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.set_default_timeout(45_000)
    page.goto(desk.base)
    page.fill("#id_username", desk.demo["AIVIDEO_USERNAME"])
    page.fill("#id_password", desk.demo["AIVIDEO_PASSWORD"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    yield page
    page.context.close()


def test_offline_is_told_and_ends_by_itself(page, desk):
    told = page.locator("#connection")
    told.evaluate(WRITE_DOWN)
    page.context.set_offline(True)
    expect(told).to_have_text(re.compile(r"Connection lost since \d.*goes on by itself"))
    prompt = "Made while nobody could hear of it"
    desk.create(prompt, quality="draft")
    expect(page.get_by_text(prompt)).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_text(prompt).first).to_be_visible(timeout=SOON)
    expect(told).to_have_text("")
    lost, *rest = page.evaluate("window.said")
    assert lost.startswith("Connection lost since ")
    assert rest == ["Connected again.", ""]


def test_a_hidden_page_rests_and_is_right_when_it_is_looked_at(page, desk):
    job = desk.ask("A tram turns, slowly [[sandbox: slow=4]]", quality="draft")
    page.goto(f"{desk.base}/jobs/{job}/")
    _hide(page, hidden=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    desk.ended(job)
    assert [url for url in asked if "/live/" in url] == []
    expect(page.locator("#live video")).to_have_count(0)
    _hide(page, hidden=False)
    expect(page.locator("#live video")).to_be_visible(timeout=SOON)
    asked.clear()
    page.wait_for_timeout(2_500)
    polls = [url for url in asked if "/media/" not in url]
    assert polls == [], "nothing moves any more, so nothing asks"


def _hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
