"""Somebody who opens a screen and tells everything that is wrong with it."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import axe_playwright_python
from playwright.sync_api import Browser, Page

from tests.e2e.desk import Desk

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
MOST_BYTES = 150 * 1024
PATIENCE = 45_000  # milliseconds
SIZES = {1280: {"height": 860}, 360: {"height": 760}}
# Each theme is looked at in full at one width; at the other it can differ in colours alone.
THEMES = {1280: ("light", "dark"), 360: ("dark", "light")}
# What fades in has no colours that could be judged until it has done so.
STANDS_STILL = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    await frame();
    const moves = document.getAnimations().filter(
        (one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(moves.map((one) => one.finished.catch(() => null)));
    await frame();
}"""
LOOK = """async (options) => (await axe.run(document, options)).violations.flatMap((found) =>
    found.nodes.map((node) =>
        `${found.id}: ${node.target.join(" ")} (${node.html.slice(0, 90)})`))"""
# Letters in the place of an icon: its face lacks it.
SPELT_OUT = """() => [...document.querySelectorAll(".material-symbols-outlined")]
    .filter((e) => e.getClientRects().length)
    .filter((e) => e.scrollWidth > 1.6 * parseFloat(getComputedStyle(e).fontSize))
    .map((e) => `no such icon: ${e.textContent.trim()}`)"""
# The back desk asks for the system's theme once, when it opens.
TURN = """(dark) => document.querySelector("#nav-sidebar") &&
    document.documentElement.classList.toggle("dark", dark)"""
TOO_WIDE = """() => {
    const room = Math.min(document.documentElement.clientWidth, screen.width);
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = (e) => e.getBoundingClientRect().right > room + 1;
    return [...document.querySelectorAll("main *, .top *")].filter(wide).slice(0, 3)
        .map((e) => `wider than ${room}: ${e.tagName} ${e.className}`);
}"""


class Walker:
    """A signed-in browser of one width. Motion is off, so that colours stand still."""

    def __init__(self, browser: Browser, desk: Desk, width: int) -> None:
        self.desk, self.width, phone = desk, width, width < 720
        self.context = browser.new_context(
            viewport={"width": width, "height": SIZES[width]["height"]},
            screen={"width": width, "height": SIZES[width]["height"]},
            color_scheme="light",
            reduced_motion="reduce",
            is_mobile=phone,
            has_touch=phone,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.said: list[str] = []
        self.asked: set[str] = set()
        self.weights: dict[str, int] = {}
        self.addresses: dict[str, str] = {}
        self._listen(self.page)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def sign_in(self) -> None:
        self.page.goto(f"{self.desk.base}/login/")
        self.page.fill("#id_username", self.desk.demo["AIVIDEO_USERNAME"])
        self.page.fill("#id_password", self.desk.demo["AIVIDEO_PASSWORD"])
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("#main")

    def look_at(self, path: str, *, press: Sequence[str] = ()) -> list[str]:
        """What is wrong with the screen at `path`, in words; nothing if all is well.

        `press` are selectors of what is clicked first, one after the other.
        """
        self.said.clear()
        # What the page before is still waiting for is none of this one's weight.
        self.asked.clear()
        self.weights.clear()
        self.page.emulate_media(color_scheme=THEMES[self.width][0])
        answer = self.page.goto(f"{self.desk.base}{path}")
        if answer is None or answer.status != 200:
            return [f"answered {answer.status if answer else 'nothing'}"]
        for one in press:
            self.page.click(one)
        wrong = self.here()
        if (weight := self.weight()) > MOST_BYTES:
            wrong.append(f"{weight} bytes, {MOST_BYTES} at most")
        return wrong

    def here(self) -> list[str]:
        """What is wrong with the screen as it stands now, but for its weight."""
        first, second = THEMES[self.width]
        self.page.wait_for_load_state("load")
        self.page.evaluate(STANDS_STILL)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong = [f"{first}: {one}" for one in self._axe()]
        self.page.emulate_media(color_scheme=second)
        self.page.evaluate(TURN, second == "dark")
        self.page.evaluate(STANDS_STILL)
        wrong += [f"{second}: {one}" for one in self._axe("color-contrast")]
        wrong += self.page.evaluate(TOO_WIDE) + self.page.evaluate(SPELT_OUT)
        return wrong + [f"console: {one}" for one in self.said]

    def weight(self) -> int:
        """What the screen's own parts weighed on the wire, in bytes.

        Neither footage counts nor the letters of further alphabets: they come with what people
        wrote, and only then.
        """
        return sum(
            size
            for at, size in self.weights.items()
            if at in self.asked
            and not any(mark in self.addresses.get(at, "") for mark in ("/media/", "-latin-ext-"))
        )

    def _axe(self, *rules: str) -> list[str]:
        found: list[str] = self.page.evaluate(LOOK, {"runOnly": list(rules)} if rules else {})
        return found

    def _listen(self, page: Page) -> None:
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        wire = self.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", lambda event: self.asked.add(event["requestId"]))
        wire.on("Network.responseReceived", self._received)
        wire.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.weights[event["requestId"]] = int(event["encodedDataLength"])
