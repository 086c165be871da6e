"""The generate page by keys alone: a picture cut to its shape, and a budget asked for and used."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.e2e.desk import Desk
from tests.e2e.test_browser import Visitor, browser  # noqa: F401 - fixture

pytestmark = pytest.mark.e2e


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:  # noqa: F811
    page = browser.new_page(viewport={"width": 1280, "height": 1400}, has_touch=True)
    found = Visitor(page, desk)
    found.sign_in()
    yield found
    page.context.close()
    # A refused form is answered 422, which the browser itself notes in the console.
    assert [line for line in found.said if "422" not in line] == []


def picture() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (1600, 900), (40, 90, 160)).save(out, "JPEG")
    return {"name": "beach.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_the_frame_follows_shape_keys_and_pointer_and_its_part_is_sent(visitor, desk):
    page = visitor.page
    page.fill("#prompt", "A slow push in on the beach, by the frame")
    visitor.choose("tier-draft")
    visitor.choose("mode-image")
    page.set_input_files("#file", picture())
    page.wait_for_selector("[data-crop-frame]")
    assert page.input_value("#crop") == ""  # 16:9 already: all of it
    visitor.choose("ratio-3")
    assert page.input_value("#crop") == "350,0,900,900"
    page.focus("[data-crop-frame]")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.input_value("#crop") == "414,0,900,900"
    page.keyboard.press("-")
    x, y, wide, high = map(int, page.input_value("#crop").split(","))
    assert (wide, high) == (868, 868) and (x, y) == (430, 16)
    box = page.locator("[data-crop-frame]").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] - 2000, box["y"] + 40)
    page.mouse.up()
    assert page.input_value("#crop").split(",")[0] == "0"  # it stays on the picture
    page.uncheck("#crop-on")
    assert page.input_value("#crop") == ""
    page.check("#crop-on")
    visitor.choose("ratio-2")
    part = page.input_value("#crop")
    assert part.endswith(",506,900")
    page.focus("#prompt")
    page.keyboard.press("Control+Enter")
    page.click("#said a")
    page.wait_for_selector("#edit")
    page.click("#edit")
    page.wait_for_selector("[data-crop-frame]")
    assert page.input_value("#crop") == part
    assert page.is_checked("#mode-image") and page.is_checked("#ratio-2")
    job = desk.get("ai-video/jobs?limit=1")["results"][0]
    assert job["prompt"] == "A slow push in on the beach, by the frame"
