"""The look: no inline script or style, themes without a flash, spans of time in words."""

import re
from pathlib import Path

import pytest

from generation.pages.spans import about, ago, usually

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if "admin" not in path.parts]
SHEETS = list((ROOT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_breaks_the_policy(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|<[^>{]*\son[a-z]+=|hx-on|javascript:|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_every_icon_is_in_the_sprite():
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = set()
    for path in [*TEMPLATES, *(ROOT / "generation" / "pages").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"""(?:\{% icon |icon=)"([^"]+)\"""", text))
    assert used <= known
    assert len(used) > 15


def test_colours_are_named_in_one_place():
    # The back desk is drawn by unfold, which takes colours as they are.
    allowed = {"dailies.css", "login.css", "back-desk.css"}
    loose = {
        path.name: found
        for path in SHEETS
        if path.name not in allowed
        and (found := set(re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8"))))
    }
    # Signs on a black screen look the same in both themes.
    assert loose == {"parts.css": {"#757C84"}, "generation.css": {"#A4AAB1"}}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    "name", ["text", "muted", "faint", "accent", "good", "bad", "info", "wait"]
)
def test_every_word_can_be_read_on_every_ground(name, theme):
    css = (ROOT / "static" / "css" / "dailies.css").read_text(encoding="utf-8")
    pairs = {
        token: (light, dark)
        for token, light, dark in re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    }
    for ground in ("ground", "surface", "raised"):
        assert contrast(pairs[name][theme], pairs[ground][theme]) >= 4.5


def test_the_server_draws_the_chosen_theme(browser):
    assert "data-theme" not in browser.get("/jobs/").content.decode().split(">")[1]
    answer = browser.post("/theme/", {"theme": "dark", "next": "/jobs/?tier=draft"})
    assert answer["Location"] == "/jobs/?tier=draft"
    assert '<html lang="en" data-theme="dark">' in browser.get("/jobs/").content.decode()
    browser.post("/theme/", {"theme": "system"})
    assert '<html lang="en">' in browser.get("/jobs/").content.decode()


def test_a_theme_that_is_none_is_refused_and_no_link_leads_away(browser):
    assert browser.post("/theme/", {"theme": "<x>"}).status_code == 400
    answer = browser.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    browser.cookies["theme"] = '"><script>'
    assert "<script>" not in browser.get("/jobs/").content.decode().split("<head>")[0]


SPANS = {
    -3: "just now",
    4: "just now",
    42: "42 s ago",
    200: "3 min ago",
    7300: "2 h ago",
    90_000: "yesterday",
    200_000: "2 days ago",
}


@pytest.mark.parametrize(("seconds", "words"), SPANS.items())
def test_ago(seconds, words):
    assert ago(seconds) == words


def test_waits_are_said_as_one_plans_with_them():
    assert (about(0.2), about(15), about(99), about(420)) == (
        "1\u00a0s",
        "15\u00a0s",
        "99\u00a0s",
        "7\u00a0min",
    )
    assert usually(15, 30) == "15 to 30\u00a0s"
    assert usually(80, 180) == "80\u00a0s to 3\u00a0min"
    assert usually(2, 2.1) == "2\u00a0s"
