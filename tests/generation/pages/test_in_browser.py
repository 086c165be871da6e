"""The pages in a real browser, over the whole running product."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.product import RunningProduct, running

pytestmark = pytest.mark.e2e
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 45_000  # milliseconds
PHONE = {"viewport": {"width": 360, "height": 760}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProduct]:
    with running(tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture(scope="module")
def chrome(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def open_page(chrome: Browser, product: RunningProduct, said: list[str]):
    """Sign in and open a page; at the end the console must have stayed empty."""
    contexts: list[BrowserContext] = []

    def opened(path: str, **options) -> Page:
        context = chrome.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{product.base_url}{path}")
        page.fill("#id_username", product.demo["AIVIDEO_USERNAME"])
        page.fill("#id_password", product.demo["AIVIDEO_PASSWORD"])
        page.click("button[type=submit]")
        page.wait_for_selector("#main")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def picture() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (900, 700), (40, 90, 160)).save(out, "JPEG")
    return {"name": "phone.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_picture_is_animated_by_keyboard_and_plays_under_the_pointer(open_page):
    page = open_page("/generate/?tier=draft")
    page.fill("#prompt", "Slow zoom on a phone in the browser")
    page.click("label:has(#mode-image)")
    page.set_input_files("#file", picture())
    page.wait_for_selector("#picture img:visible")
    page.wait_for_selector("#spend-label .price:has-text('$0.10')")
    page.focus("#prompt")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#said a")
    assert page.input_value("#prompt") == "Slow zoom on a phone in the browser"
    row = "#latest .row[data-state=Completed]"
    page.wait_for_selector(row)
    page.hover(row)
    page.wait_for_selector(f"{row} video")
    page.mouse.move(5, 5)
    page.wait_for_selector(f"{row} video", state="detached")


def test_waiting_changes_nothing_that_one_looks_at_and_can_be_cancelled(open_page):
    page = open_page("/generate/?tier=draft")
    page.fill("#prompt", "[[sandbox: slow=40]] A kettle that nobody waits for")
    page.click("#spend-button")
    page.click("#said a")
    page.wait_for_selector("text=Pika is making the clip.")

    def said() -> str:
        return re.sub(r".* so far", "", page.inner_text("#live"))

    # A look may find it in the vendor's own queue first; while there is no news, nothing moves.
    for _ in range(5):
        before = said()
        page.evaluate("window.kept = document.querySelector('#cancel')")
        page.wait_for_timeout(3500)
        after = said()
        if after == before:
            break
    assert after == before
    assert page.evaluate("window.kept === document.querySelector('#cancel')")
    assert page.locator("#live progress").count() == 0
    page.click("#cancel")
    page.wait_for_selector("#live[data-state=Cancelled]")
    page.wait_for_function("!document.querySelector('#live').hasAttribute('hx-get')")


def test_a_price_that_changes_under_the_pointer_loses_no_click(open_page):
    page = open_page("/generate/?tier=draft")
    page.fill("#prompt", "A press that outlives its price")
    page.hover("#spend-label")
    page.mouse.down()
    page.evaluate(
        "document.getElementById('spend-label').replaceWith("
        "document.getElementById('spend-label').cloneNode(true))"
    )
    page.mouse.up()
    page.wait_for_selector("#said a")


def test_the_queue_filters_into_its_address_and_the_search_has_a_key(open_page):
    page = open_page("/jobs/")
    page.select_option("#state", "failed")
    page.wait_for_url(re.compile(r"/jobs/\?state=failed$"))
    page.wait_for_selector("text=No job fits")
    page.focus("h1 >> xpath=ancestor::main")
    page.keyboard.press("/")
    page.keyboard.type("no such kettle")
    page.wait_for_selector(".found[data-q='no such kettle']")
    page.keyboard.press("ArrowDown")  # nothing found: the field keeps the focus
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=no\+such\+kettle$"))
    page.keyboard.press("Control+k")
    page.keyboard.type("ledger")
    page.wait_for_selector(".found[data-q='ledger'] a[href='/ledger/']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/ledger/$"))


def test_the_chosen_theme_is_drawn_by_the_server(open_page):
    page = open_page("/jobs/", color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(14, 15, 17)"
    page.click("summary[aria-label^='You']")
    page.click("button[name=theme][value=light]")
    page.wait_for_selector("html[data-theme=light]")
    assert page.evaluate(ground) == "rgb(246, 245, 242)"


@pytest.mark.parametrize("path", ["/", "/generate/", "/jobs/"])
def test_a_phone_scrolls_one_way_only(open_page, path):
    page = open_page(path, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("document.fonts.check('14px \"Inter Variable\"')")


def test_the_prompt_is_reviewed_in_place_and_rewritten_at_a_press(open_page):
    page = open_page("/generate/?tier=draft")
    page.wait_for_load_state("load")
    below = "e => Math.round(e.getBoundingClientRect().top + scrollY)"
    before = page.locator("#mode-text").evaluate(below)
    page.type("#prompt", "A really cool dog runs on the beach, no people, static shot")
    page.wait_for_selector(".review-said")
    assert page.locator("#mode-text").evaluate(below) == before  # nothing moves while one writes
    page.focus(".review > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".findings li:nth-child(3)")
    page.focus("#propose")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-keep-mine]")
    page.click("[data-keep-mine]")
    assert page.input_value("#prompt").startswith("A really cool dog")
    assert page.locator(".rewrite").count() == 0
    page.click("#propose")
    page.wait_for_selector("[data-accept-rewrite]")
    page.click("[data-accept-rewrite]")
    rewritten = "A dog runs on the beach, soft natural light, static shot"
    assert page.input_value("#prompt") == rewritten
    assert page.input_value("#negative_prompt") == "people"
    assert page.evaluate("document.activeElement.id") == "prompt"
    page.wait_for_selector("#review-line:has-text('Reads well')")


SHIFTED = """() => new Promise((told) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
        .observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => told(sum)));
})"""


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_a_chart_is_drawn_from_its_table_in_both_themes(open_page, options):
    page = open_page("/clients/", **options, color_scheme="light")
    page.fill("[name=name]", f"Corvid {len(options)}")
    page.press("[name=name]", "Enter")
    page.click("a:has-text('Costs'):not(nav a)")
    page.wait_for_selector(".chart canvas")
    assert page.evaluate(SHIFTED) == 0
    # Colours are on the drawing, so another theme needs another one.
    page.evaluate("document.querySelector('.uplot').dataset.old = 'yes'")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(".uplot:not([data-old])")
    assert page.locator(".uplot").count() == 1
    # The table has every day of the month, whether it is drawn or not.
    assert page.locator("#pace-table tbody tr").count() >= 28
    page.locator("[data-copy]").click()
    page.wait_for_selector("[data-copied]:has-text('Copied.')")
    wide = page.evaluate("document.documentElement.scrollWidth - screen.width")
    assert wide <= 0 or not options
