"""Every screen, wide and narrow, light and dark: for everybody, quiet, whole and light."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.filling import Filled, Product, fill
from scripts.screens import back_desk, screens
from tests.e2e.desk import Desk
from tests.e2e.test_browser import ARGUMENTS
from tests.e2e.walker import SIZES, Walker

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def made(desk: Desk) -> Iterator[Filled]:
    found = fill(Product(base=desk.base, key=desk.demo["AIVIDEO_API_KEY"]))
    yield found
    desk.call("POST", f"ai-video/cancel/{found.jobs['running']}")
    # The batch and the final were left to themselves; the books are looked at when they stand.
    for job in desk.get("ai-video/jobs?limit=100")["results"]:
        desk.ended(job["job_id"])


@pytest.mark.parametrize("width", SIZES)
def test_every_screen_is_for_everybody(browser: Browser, desk: Desk, made: Filled, width: int):
    with Walker(browser, desk, width) as walker:
        outside = {"login": walker.look_at("/login/")}
        walker.sign_in()
        wrong = {name: walker.look_at(path) for name, path in screens(made).items()}
    assert {name: found for name, found in {**outside, **wrong}.items() if found} == {}


@pytest.mark.parametrize("width", SIZES)
def test_the_back_desk_is_for_everybody(browser: Browser, desk: Desk, made: Filled, width: int):
    """Its main pages, and the states that a press opens: filters, ticked rows, one's own menu."""
    jobs, tick = "/admin/generation/job/", "#action-toggle"
    with Walker(browser, desk, width) as walker:
        walker.sign_in()
        wrong = {name: walker.look_at(path) for name, path in back_desk(made).items()}
        wrong["filters"] = walker.look_at(jobs, press=[".desk-filters"])
        wrong["ticked"] = walker.look_at(jobs, press=[tick])
        menu = [".desk-who"] if width == 1280 else [".desk-icon-narrow >> nth=1", ".desk-who"]
        wrong["menu"] = walker.look_at("/admin/", press=menu)
        walker.page.goto(f"{desk.base}{jobs}")
        walker.page.check(tick)
        walker.page.select_option("select[name=action]", "cancel")
        walker.page.click("button[name=index]")
        walker.page.wait_for_selector(".desk-deed")
        wrong["deed"] = walker.here()
    assert {name: found for name, found in wrong.items() if found} == {}
