"""The client switcher: kept in the session, filters lists, and knows nobody else's clients."""

import pytest

from generation import centres
from generation.models import Job


@pytest.fixture
def acme(access, shop):
    return centres.open_client(access, name="Zephyr")


@pytest.fixture
def job(access, acme, ask) -> Job:
    centre = centres.open_campaign(access, name="Spring", client=acme)
    found = ask()
    Job.objects.filter(pk=found.pk).update(cost_centre=centre)
    return found


def test_the_chosen_client_filters_until_the_address_says_all(browser, acme, job, ask):
    other = ask()
    typed = {"client": acme.uid, "next": "/jobs/"}
    assert browser.post("/client/", typed).url == "/jobs/"
    page = browser.get("/jobs/").content.decode()
    assert job.uid in page and other.uid not in page and "Zephyr" in page
    page = browser.get("/jobs/", {"client": ""}).content.decode()
    assert job.uid in page and other.uid in page
    browser.post("/client/", {"client": ""})
    assert other.uid in browser.get("/jobs/").content.decode()


def test_the_choices_and_the_meter(browser, acme, job):
    page = browser.get("/client/choices/", {"next": "//elsewhere.example/"}).content.decode()
    assert f'value="{acme.uid}"' in page and 'name="next" value="/"' in page
    browser.post("/client/", {"client": acme.uid})
    assert browser.get("/client/meter/").status_code == 200
    assert browser.get("/batches/").status_code == 200


def test_a_client_that_is_not_here_changes_nothing(browser, acme):
    browser.post("/client/", {"client": acme.uid})
    assert browser.post("/client/", {"client": "cc_nobody"}).status_code == 404
    assert browser.session["client"]["uid"] == acme.uid
    browser.post("/mode/", {"mode": "live"})
    assert "Zephyr" not in browser.get("/jobs/").content.decode()
