"""The second factor in a real browser: set up by keyboard, asked for at the next sign-in."""

import time

import pytest
from playwright.sync_api import sync_playwright

from accounts import totp
from tests.generation.committed import committed_fixture as committed_fixture

from .conftest import PASSWORD

pytestmark = pytest.mark.e2e
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PHONE = {"viewport": {"width": 360, "height": 760}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def said():
    return []


@pytest.fixture
def opened(chromium, committed, owner, live_server, said):
    """Pages of fresh browsers on a phone; the console must have stayed empty.

    While they are open a test asks no database: Playwright keeps a loop in its thread.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)

        def fresh():
            page = browser.new_context(**PHONE, base_url=live_server.url).new_page()
            page.set_default_timeout(45_000)
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            return page

        yield fresh
        browser.close()
    assert said == []


def sign_in(page, path):
    page.goto(path)
    page.fill("#id_username", "olga")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def code(secret, *, later):
    return totp.code_at(secret, counter=int(time.time()) // 30 + later)


def test_set_up_and_asked_for(opened):
    page = opened()
    sign_in(page, "/profile/")
    page.click("text=Set it up")
    page.wait_for_selector(".entry-qr")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("text=No camera?")
    secret = page.inner_text(".entry-fold code").replace(" ", "")
    page.fill("#code", code(secret, later=-1))
    page.keyboard.press("Enter")
    page.wait_for_selector(".entry-codes")
    assert page.locator(".entry-codes li").count() == 10

    other = opened()
    sign_in(other, "/profile/")
    other.wait_for_selector("#code")
    other.keyboard.type(code(secret, later=0))
    other.keyboard.press("Enter")
    other.wait_for_selector("h1:has-text('Profile')")
    assert other.locator(".people-devices li").count() == 2
    other.click("text=Sign out everywhere else")
    other.wait_for_selector("text=Signed out everywhere else.")
    assert other.locator(".people-devices li").count() == 1
    page.goto("/profile/")
    page.wait_for_selector("#id_password")
