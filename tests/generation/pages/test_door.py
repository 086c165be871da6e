"""Who gets in, and where the others are sent."""

import pytest
from django.test import Client

from accounts.models import Membership, Mode, User, Workspace

PAGES = ["/", "/generate/", "/generate/price/", "/generate/latest/", "/jobs/", "/jobs/rows/"]


@pytest.mark.parametrize("address", PAGES)
def test_somebody_signed_out_is_sent_to_sign_in_and_back(db, address):
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={address}")


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?tier=draft"}
    response = Client().get("/jobs/rows/", headers=headers)
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/login/?next=/jobs/%3Ftier%3Ddraft"


def test_a_viewer_sees_jobs_and_may_make_none(viewer, ask):
    job = ask()
    assert viewer.get("/").status_code == 200
    assert viewer.get("/jobs/").status_code == 200
    page = viewer.get(f"/jobs/{job.uid}/")
    assert page.status_code == 200
    assert b"Cancel this job" not in page.content
    refused = viewer.get("/generate/")
    assert refused.status_code == 403
    assert "Your role (Viewer) may not generate footage. Ask an owner." in refused.content.decode()
    assert viewer.post(f"/jobs/{job.uid}/cancel/").status_code == 403
    job.refresh_from_db()
    assert job.cancel_requested_at is None


def test_another_workspaces_job_does_not_exist(browser, ask):
    job = ask()
    stranger = User.objects.create_user("eve", password=None)
    theirs = Workspace.objects.create(slug="other", name="Other")
    Membership.objects.create(workspace=theirs, user=stranger, role="owner")
    foreign = Client()
    foreign.force_login(stranger)
    assert browser.get(f"/jobs/{job.uid}/").status_code == 200
    for address in (f"/jobs/{job.uid}/", f"/jobs/{job.uid}/live/"):
        assert foreign.get(address).status_code == 404
    for deed in ("cancel", "again", "higher", "decide"):
        assert foreign.post(f"/jobs/{job.uid}/{deed}/").status_code == 404
    assert foreign.get(f"/generate/?from={job.uid}").status_code == 404
    assert job.prompt not in foreign.get("/jobs/").content.decode()


def test_the_other_modes_job_does_not_exist(browser, ask):
    job = ask()
    session = browser.session
    session["mode"] = Mode.LIVE.value
    session.save()
    assert browser.get(f"/jobs/{job.uid}/").status_code == 404
    live = browser.get("/jobs/").content.decode()
    assert job.prompt not in live
    assert "Test mode." not in live


def test_test_mode_is_said_on_every_page(browser, ask):
    job = ask()
    for address in ("/", "/generate/", "/jobs/", f"/jobs/{job.uid}/"):
        assert "<strong>Test mode.</strong>" in browser.get(address).content.decode()


def test_a_get_page_takes_no_post(browser):
    assert browser.post("/jobs/").status_code == 405
    assert browser.head("/jobs/").status_code == 200


def test_a_missing_page_says_so_in_plain_words(browser):
    response = browser.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
