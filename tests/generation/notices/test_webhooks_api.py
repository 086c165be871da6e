"""Webhook endpoints by the API: made, changed, rotated, tested, removed; and what was delivered."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.keys import make_key
from accounts.models import AuditEntry, Membership, Mode, Role, User, Workspace
from generation import clock, endings, jobs, notices
from generation.asks import JobAsk
from generation.models import IdempotentAnswer, Notice, WebhookEndpoint
from generation.notices import endpoints, signing
from generation.notices.endpoints import EndpointAsk
from tests.generation.notices.receiver import HOOK, Receiver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop", "rung")]
BODY = {"url": HOOK, "events": ["job.completed", "job.failed"], "description": "Till"}


@pytest.fixture(autouse=True)
def calm():
    cache.clear()
    yield
    clock.shift(0)


@pytest.fixture
def key(workspace, access) -> Client:
    return client_of(workspace, access)


def client_of(workspace, access, *, mode=Mode.TEST, **more) -> Client:
    user = User.objects.get(pk=access.user_id)
    text = make_key(workspace, mode=mode, name="Robot", created_by=user, **more)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def call(client: Client, method: str, path: str, body=None, **headers):
    return client.generic(
        method,
        f"/api/{path}",
        json.dumps(body or {}),
        content_type="application/json",
        headers=headers,
    )


def made(client: Client, **more) -> dict:
    response = call(client, "POST", "webhook-endpoints", {**BODY, **more})
    assert response.status_code == 201, response.content
    return response.json()


def fault(response) -> tuple[int, str, str | None]:
    [error] = response.json()["errors"]
    return response.status_code, error["code"], error["attr"]


def test_the_secret_is_in_the_answer_of_creation_only(key):
    first = call(key, "POST", "webhook-endpoints", BODY, **{"Idempotency-Key": "w"})
    again = call(key, "POST", "webhook-endpoints", BODY, **{"Idempotency-Key": "w"})
    endpoint = WebhookEndpoint.objects.get()
    told = first.json()
    secret = told.pop("secret")
    assert secret == signing.endpoint_secret(endpoint)
    assert (again.status_code, again.json()) == (201, {**told, "secret": secret})
    assert again["Idempotent-Replayed"] == "true"
    assert secret not in json.dumps(list(IdempotentAnswer.objects.values()), default=str)
    moments = {name: told[name] for name in ("created_at", "secret_made_at")}
    assert told == {
        "webhook_endpoint_id": endpoint.uid,
        **BODY,
        "enabled": True,
        "disabled_reason": None,
        "failing_since": None,
        "last_tried_at": None,
        "last_delivered_at": None,
        "last_status": None,
        "last_error": None,
        "former_secret_until": None,
        **moments,
    }
    listed = call(key, "GET", "webhook-endpoints").json()
    assert listed == {"results": [told], "next": None, "next_cursor": None}
    assert call(key, "GET", f"webhook-endpoints/{endpoint.uid}").json() == told
    assert AuditEntry.objects.get(action="webhook_endpoint.create").api_key is not None


def test_a_rotation_shows_the_new_one_and_a_kept_answer_never_an_older_one(key):
    endpoint = made(key)
    path = f"webhook-endpoints/{endpoint['webhook_endpoint_id']}/rotate-secret"
    first = call(key, "POST", path, **{"Idempotency-Key": "r"}).json()
    assert first["secret"] not in (None, endpoint["secret"])
    assert first["former_secret_until"] is not None
    assert call(key, "POST", path, **{"Idempotency-Key": "r"}).json() == first
    last = call(key, "POST", path, {"overlap_hours": 0}).json()
    assert last["former_secret_until"] is None
    assert call(key, "POST", path, **{"Idempotency-Key": "r"}).json()["secret"] is None
    assert AuditEntry.objects.filter(action="webhook_endpoint.rotate").count() == 2


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"url": "http://pictures.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": None}, "url"),
        ({"events": []}, "events"),
        ({"events": ["*", "job.failed"]}, "events"),
        ({"events": ["job.done"]}, "events.0"),
        ({"events": "job.failed"}, "events"),
        ({"description": "x" * 201}, "description"),
        ({"enabled": False}, "enabled"),
        ({"secret": "whsec_x"}, "secret"),
    ],
)
def test_a_refusal_names_the_field_and_makes_nothing(key, change, attr):
    response = call(key, "POST", "webhook-endpoints", {**BODY, **change})
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, attr)
    assert WebhookEndpoint.objects.count() == 0
    assert not AuditEntry.objects.filter(action__startswith="webhook").exists()


def test_a_change_and_the_way_back_to_everything(key):
    path = f"webhook-endpoints/{made(key)['webhook_endpoint_id']}"
    off = call(key, "PATCH", path, {"enabled": False, "events": ["*"]}).json()
    assert (off["enabled"], off["events"]) == (False, ["*"])
    assert off["disabled_reason"] == "Somebody has switched it off."
    on = call(key, "PATCH", path, {"enabled": True}).json()
    assert (on["enabled"], on["disabled_reason"]) == (True, None)
    assert fault(call(key, "PATCH", path, {"enabled": "no"})) == (400, "invalid", "enabled")
    assert AuditEntry.objects.filter(action="webhook_endpoint.change").count() == 2
    assert call(key, "PATCH", path, {}).status_code == 200
    assert AuditEntry.objects.filter(action="webhook_endpoint.change").count() == 2


def test_a_removed_one_is_gone_and_tries_no_more(key, access):
    uid = made(key, events=["*"])["webhook_endpoint_id"]
    endings.cancel(jobs.create(access, JobAsk(prompt="Waves")))
    delivery = Notice.objects.get()
    assert call(key, "DELETE", f"webhook-endpoints/{uid}").status_code == 204
    for method, path in (
        ("GET", f"webhook-endpoints/{uid}"),
        ("DELETE", f"webhook-endpoints/{uid}"),
        ("GET", f"webhook-endpoints/{uid}/deliveries"),
        ("POST", f"webhook-deliveries/{delivery.uid}/replay"),
    ):
        assert call(key, method, path).status_code == 404
    delivery.refresh_from_db()
    assert delivery.next_try_at is None
    assert call(key, "GET", "webhook-endpoints").json()["results"] == []


def test_a_test_is_sent_and_its_delivery_tells_the_answer(key, settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    receiver = Receiver()
    endpoint = made(key, url=receiver.url)
    uid = endpoint["webhook_endpoint_id"]
    sent = call(key, "POST", f"webhook-endpoints/{uid}/test", **{"Idempotency-Key": "t"})
    again = call(key, "POST", f"webhook-endpoints/{uid}/test", **{"Idempotency-Key": "t"})
    assert (sent.status_code, sent.json()) == (202, again.json())
    assert (sent.json()["event"], sent.json()["state"]) == ("ping", "waiting")
    notices.deliver_due()
    receiver.close()
    assert len(receiver.got) == 1
    [told] = call(key, "GET", f"webhook-endpoints/{uid}/deliveries").json()["results"]
    assert (told["state"], told["tries"], told["last_status"]) == ("delivered", 1, 200)
    assert told["event_id"] == receiver.got[0][0]["webhook-id"]


def test_deliveries_in_pages_and_by_state_with_a_constant_number_of_queries(
    key, access, django_assert_num_queries
):
    endpoint = made(key, events=["*"])
    for _ in range(5):
        endings.cancel(jobs.create(access, JobAsk(prompt="Waves")))
    sent = list(Notice.objects.order_by("-pk"))
    Notice.objects.filter(pk=sent[0].pk).update(next_try_at=None, last_error="No.", tries=10)
    path = f"webhook-endpoints/{endpoint['webhook_endpoint_id']}/deliveries"
    first = key.get(f"/api/{path}", {"limit": 2}).json()
    assert [one["delivery_id"] for one in first["results"]] == [one.uid for one in sent[:2]]
    rest = key.get(first["next"]).json()["results"]
    assert [one["delivery_id"] for one in rest] == [one.uid for one in sent[2:4]]
    [failed] = key.get(f"/api/{path}", {"state": "failed"}).json()["results"]
    assert (failed["delivery_id"], failed["job_id"]) == (sent[0].uid, sent[0].job.uid)
    assert fault(key.get(f"/api/{path}", {"state": "x"})) == (400, "invalid_choice", "state")
    with django_assert_num_queries(3):
        key.get(f"/api/{path}")


def test_a_replay_of_what_has_failed(key, access):
    endpoints.create(access, EndpointAsk(url=HOOK))
    endings.cancel(jobs.create(access, JobAsk(prompt="Waves")))
    notice = Notice.objects.get()
    Notice.objects.update(next_try_at=None, tries=10, last_error="No.")
    told = call(key, "POST", f"webhook-deliveries/{notice.uid}/replay")
    assert (told.status_code, told.json()["state"], told.json()["tries"]) == (202, "waiting", 0)
    assert told.json()["event_id"] == notice.event_uid
    call(key, "POST", f"webhook-deliveries/{notice.uid}/replay")  # it waits already
    assert AuditEntry.objects.filter(action="webhook_delivery.replay").count() == 1
    WebhookEndpoint.objects.update(enabled=False)
    Notice.objects.update(next_try_at=None)
    refused = call(key, "POST", f"webhook-deliveries/{notice.uid}/replay")
    assert fault(refused) == (400, "endpoint_disabled", "delivery_id")


def test_another_workspaces_and_the_other_modes_do_not_exist(key, workspace, access):
    south = Workspace.objects.create(slug="south", name="South")
    strangers = [client_of(south, access), client_of(workspace, access, mode=Mode.LIVE)]
    uid = made(key, events=["*"])["webhook_endpoint_id"]
    endings.cancel(jobs.create(access, JobAsk(prompt="Waves")))
    delivery = Notice.objects.get()
    before = list(WebhookEndpoint.objects.values())
    for stranger in strangers:
        assert call(stranger, "GET", "webhook-endpoints").json()["results"] == []
        for method, path in (
            ("GET", f"webhook-endpoints/{uid}"),
            ("PATCH", f"webhook-endpoints/{uid}"),
            ("DELETE", f"webhook-endpoints/{uid}"),
            ("POST", f"webhook-endpoints/{uid}/rotate-secret"),
            ("POST", f"webhook-endpoints/{uid}/test"),
            ("GET", f"webhook-endpoints/{uid}/deliveries"),
            ("POST", f"webhook-deliveries/{delivery.uid}/replay"),
        ):
            assert call(stranger, method, path, {}).status_code == 404, path
    assert list(WebhookEndpoint.objects.values()) == before
    assert Notice.objects.count() == 1


def test_a_creator_reads_and_a_key_needs_the_scope(workspace, access):
    creator = User.objects.create_user("carl", password=None)
    Membership.objects.create(workspace=workspace, user=creator, role=Role.CREATOR)
    client = Client()
    client.force_login(creator)
    assert call(client, "GET", "webhook-endpoints").status_code == 200
    assert call(client, "POST", "webhook-endpoints", BODY).status_code == 403
    poor = client_of(workspace, access, scopes=["jobs:read"])
    assert call(poor, "POST", "webhook-endpoints", BODY).status_code == 403
    assert WebhookEndpoint.objects.count() == 0
