"""The webhooks' pages: health in plain words, the secret once, and what may be done."""

import html

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership, Role, User, Workspace
from generation import clock, endings, jobs
from generation.asks import JobAsk
from generation.models import Notice, WebhookEndpoint
from generation.notices import endpoints, signing
from generation.notices.endpoints import EndpointAsk
from tests.generation.notices.receiver import HOOK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop", "rung")]
FORM = {"token": "t", "url": HOOK, "events": ["job.failed"], "description": "Till"}


def client_of(workspace, name: str, role: Role) -> Client:
    user, _ = User.objects.get_or_create(username=name)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def browser(workspace, access) -> Client:
    return client_of(workspace, User.objects.get(pk=access.user_id).username, Role.MANAGER)


@pytest.fixture
def endpoint(access) -> WebhookEndpoint:
    return endpoints.create(access, EndpointAsk(url=f"{HOOK}?token=hush"))


def shown(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.unescape(response.content.decode())


def sent(access) -> Notice:
    endings.cancel(jobs.create(access, JobAsk(prompt="Waves")))
    return Notice.objects.latest("pk")


def test_an_endpoint_is_made_once_and_its_secret_shown_on_that_page_alone(browser):
    answers = [browser.post("/webhooks/new/", FORM) for _ in range(2)]
    made = WebhookEndpoint.objects.get()
    secret = signing.endpoint_secret(made)
    for answer in answers:
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert secret in html.unescape(answer.content.decode())
    assert (made.events, made.description) == (["job.failed"], "Till")
    for path in ("/webhooks/", f"/webhooks/{made.uid}/"):
        assert secret not in shown(browser, path)
        assert "Nothing sent yet" in shown(browser, path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://pictures.example/"}, "Give an address that begins with https://."),
        ({"url": "https://10.0.0.1/"}, "does not lie on the public internet"),
        ({"events": []}, "Send some of job.completed"),
        ({"description": "x" * 300}, "Keep it under 201 characters."),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_made(browser, change, words):
    response = browser.post("/webhooks/new/", {**FORM, **change})
    assert response.status_code == 422
    assert words in html.unescape(response.content.decode())
    assert WebhookEndpoint.objects.count() == 0
    assert not AuditEntry.objects.filter(action__startswith="webhook").exists()


def test_health_in_plain_words(browser, endpoint):
    now = clock.now()
    states = [
        ({"last_delivered_at": now}, "Delivering"),
        ({"failing_since": now, "last_error": "There is no host of this name."}, "Failing"),
        ({"enabled": False, "disabled_reason": "It took nothing for 5 days."}, "Switched off"),
    ]
    for facts, words in states:
        WebhookEndpoint.objects.update(**facts)
        listed = shown(browser, "/webhooks/")
        assert words in listed
        assert facts.get("last_error", "") in listed
        assert "hush" not in listed
        assert words in shown(browser, f"/webhooks/{endpoint.uid}/")
    assert "Switch it on" in shown(browser, f"/webhooks/{endpoint.uid}/")


def test_deliveries_are_told_filtered_and_sent_again(browser, endpoint, access):
    notice = sent(access)
    path = f"/webhooks/{endpoint.uid}/"
    assert "To be sent" in shown(browser, path)
    assert "Send again" not in shown(browser, path)
    Notice.objects.update(
        next_try_at=None, tries=10, last_status=500, last_error="The receiver answered 500."
    )
    page = shown(browser, path)
    assert "10 tries" in page
    assert "The receiver answered 500." in page
    assert notice.job.uid in page
    assert "Nothing fits." in shown(browser, f"{path}?state=delivered")
    answer = browser.post(f"/webhooks/deliveries/{notice.uid}/again/")
    assert (answer.status_code, answer["Location"]) == (302, path)
    notice.refresh_from_db()
    assert (notice.tries, notice.next_try_at is not None) == (0, True)


def test_a_long_history_in_pages_with_a_constant_number_of_queries(
    browser, endpoint, access, django_assert_max_num_queries
):
    for _ in range(31):
        endpoints.ping(access, endpoint)
    path = f"/webhooks/{endpoint.uid}/"
    first = shown(browser, path)
    assert first.count('class="webhook-what"') == 30
    before = Notice.objects.order_by("-pk")[29].uid
    assert f"before={before}" in first
    assert shown(browser, f"{path}?before={before}").count('class="webhook-what"') == 1
    with django_assert_max_num_queries(7):
        browser.get(path)


def test_change_switch_ping_rotate_and_remove(browser, endpoint):
    path = f"/webhooks/{endpoint.uid}/"
    browser.post(f"{path}change/", {**FORM, "events": ["*", "job.failed"]})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events) == (HOOK, ["*"])
    wrong = browser.post(f"{path}change/", {**FORM, "url": "x"})
    assert wrong.status_code == 422
    browser.post(f"{path}switch/", {"to": "off"})
    assert not WebhookEndpoint.objects.get().enabled
    browser.post(f"{path}switch/", {"to": "on"})
    assert WebhookEndpoint.objects.get().enabled
    browser.post(f"{path}test/")
    assert Notice.objects.get().kind == "ping"
    former = signing.endpoint_secret(endpoint)
    answers = [browser.post(f"{path}rotate/", {"token": "r"}) for _ in range(2)]
    endpoint.refresh_from_db()
    assert len(endpoint.former_salts) == 1
    for answer in answers:
        page = html.unescape(answer.content.decode())
        assert signing.endpoint_secret(endpoint) in page
        assert former not in page
        assert "Messages carry two signatures" in page
    assert browser.post(f"{path}remove/")["Location"] == "/webhooks/"
    assert browser.get(path).status_code == 404


def test_only_owners_and_managers_change(workspace, endpoint, access):
    notice = sent(access)
    creator = client_of(workspace, "carl", Role.CREATOR)
    page = shown(creator, f"/webhooks/{endpoint.uid}/")
    for words in ("Save the change", "Make a new secret", "Send a ping", "Remove for good"):
        assert words not in page
    assert "New endpoint" not in shown(creator, "/webhooks/")
    assert creator.get("/webhooks/new/").status_code == 403
    for verb in ("change", "switch", "rotate", "test", "remove"):
        assert creator.post(f"/webhooks/{endpoint.uid}/{verb}/", FORM).status_code == 403
    assert creator.post(f"/webhooks/deliveries/{notice.uid}/again/").status_code == 403
    assert list(WebhookEndpoint.objects.values_list("url", "enabled")) == [(endpoint.url, True)]


def test_another_workspaces_endpoint_does_not_exist(endpoint, access):
    notice = sent(access)
    south = Workspace.objects.create(slug="south", name="South")
    stranger = client_of(south, "sue", Role.OWNER)
    assert endpoint.uid not in shown(stranger, "/webhooks/")
    assert stranger.get(f"/webhooks/{endpoint.uid}/").status_code == 404
    for verb in ("change", "switch", "rotate", "test", "remove"):
        assert stranger.post(f"/webhooks/{endpoint.uid}/{verb}/", FORM).status_code == 404
    assert stranger.post(f"/webhooks/deliveries/{notice.uid}/again/").status_code == 404
