"""A person at the pages: signs in, asks for a clip, sees it finish and plays it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 45_000  # milliseconds


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield running
        running.close()


class Visitor:
    """A signed-in page, with everything that its console said and every address it asked."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page, self.desk = page, desk
        self.said: list[str] = []
        self.asked: set[str] = set()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.add(request.url))

    def sign_in(self) -> None:
        self.page.goto(f"{self.desk.base}/generate/")
        self.page.fill("#id_username", self.desk.demo["AIVIDEO_USERNAME"])
        self.page.fill("#id_password", self.desk.demo["AIVIDEO_PASSWORD"])
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/generate/")

    def choose(self, field: str) -> None:
        """Choose a radio button the way a person does, by its label."""
        self.page.click(f"label:has(#{field})")


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    found = Visitor(page, desk)
    found.sign_in()
    yield found
    page.context.close()
    assert found.said == [], "the console stays empty"
    outside = {url for url in found.asked if not url.startswith((desk.base, "data:", "blob:"))}
    assert outside == set(), "nothing comes from elsewhere"


def test_a_draft_is_made_and_plays(visitor, desk):
    page = visitor.page
    page.fill("#prompt", "A browser watches a kettle boil, static camera")
    visitor.choose("tier-draft")
    page.fill("#seconds", "4")
    page.wait_for_selector("#spend-label .price:has-text('$0.08')")
    page.dblclick("#spend-button")
    page.click("#said a")
    page.wait_for_selector("#live[data-state]")
    page.wait_for_selector("#live video")
    facts = page.evaluate(
        """async () => {
            const video = document.querySelector("#live video");
            video.muted = true;
            await video.play();
            await new Promise((go) => video.addEventListener("timeupdate", go, {once: true}));
            video.currentTime = 3;
            await new Promise((go) => video.addEventListener("seeked", go, {once: true}));
            return {ready: video.readyState, seconds: video.duration, error: video.error,
                    width: video.videoWidth, height: video.videoHeight};
        }"""
    )
    assert facts.pop("ready") >= 2
    assert facts == {
        "seconds": pytest.approx(4.0, abs=0.05),
        "error": None,
        "width": 1280,
        "height": 720,
    }
    [task] = desk.tasks("A browser watches a kettle boil")  # two clicks, one job
    assert desk.invoice()[task["task_id"]] == 0.08


def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(visitor, desk):
    page = visitor.page
    before = len(desk.get("ai-video/jobs")["results"])
    page.fill("#prompt", "A clip that is far too long")
    page.fill("#seconds", "21")
    page.click("#spend-button")
    page.wait_for_selector("#seconds[aria-invalid=true]")
    assert page.inner_text("#seconds-wrong") == "Choose 3 to 20 whole seconds."
    assert page.input_value("#prompt") == "A clip that is far too long"
    assert len(desk.get("ai-video/jobs")["results"]) == before
    # A refused form is answered 422, which the browser itself notes in the console.
    visitor.said[:] = [line for line in visitor.said if "422" not in line]
