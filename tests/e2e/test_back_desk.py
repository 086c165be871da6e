"""The operator's question: why yesterday cost what it cost, for whom, and what providers said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.desk import Desk
from tests.e2e.test_browser import ARGUMENTS, PATIENCE

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(chromium: Path, desk: Desk) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{desk.base}/login/")
        page.fill("#id_username", desk.demo["AIVIDEO_USERNAME"])
        page.fill("#id_password", desk.demo["AIVIDEO_PASSWORD"])
        page.click("button[type=submit]")
        page.wait_for_selector("#main")
        yield page
        browser.close()


def test_three_clicks_to_what_each_provider_answered(desk: Desk, page: Page):
    prompt = "A lighthouse in fog [[sandbox: fail=server only=pika]]"
    told = desk.create(prompt, quality="draft")
    assert told["status"] == "completed"
    states = {one["provider"]: one["state"] for one in told["attempts"]}
    assert set(states) == {"pika", "kling"}
    page.goto(f"{desk.base}/admin/")
    clicks: list[str] = []

    def click(selector: str) -> None:
        clicks.append(selector)
        page.click(selector)
        page.wait_for_load_state("load")

    # The last day that cost anything: its sum, then the lines that it is the sum of.
    bar = page.locator(".desk-bars a").filter(has=page.locator(".desk-bar")).last
    assert "$" in (bar.get_attribute("aria-label") or "")
    bar.evaluate("bar => bar.id = 'the-day'")
    click("#the-day")
    row = page.locator("#result_list tbody", has_text=told["job_id"]).filter(has_text="Settle")
    assert "Kling" in row.first.inner_text()
    assert f"${told['cost']:.2f}" in row.first.inner_text()
    assert "Workspace" in row.first.inner_text()
    click(f"#result_list .desk-link:text-is('{told['job_id']}')")
    record = page.inner_text("#content")
    assert "A lighthouse in fog" in record
    click(".desk-see a:text-is('Attempts')")
    answers = page.locator("#result_list tbody")
    assert answers.count() == 2
    said = {one.inner_text().lower() for one in answers.all()}
    failed = next(one for one in said if "pika" in one)
    worked = next(one for one in said if "kling" in one)
    assert "unavailable pika could not finish this clip" in failed
    assert "task " in worked
    assert len(clicks) == 3
