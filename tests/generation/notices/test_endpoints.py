"""Endpoints: what they hear, how their messages are signed, and when they are switched off."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import AuditEntry, Membership, Role, User
from generation import guarded, notices, telling
from generation.asks import Refused
from generation.models import Notice, WebhookEndpoint
from generation.notices import endpoints, rows, signing
from generation.notices.endpoints import EndpointAsk
from tests.generation.notices.receiver import HOOK, ask, end, reload, wind


def test_the_published_vector():
    """Of the Standard Webhooks text, so that any library of theirs reads us."""
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    at = datetime.fromtimestamp(1614265330, UTC)
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(secret).sign(message, at, '{"test": 2432232314}') == wanted


def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(listen, access, receiver):
    endpoint = listen(receiver.url)
    former = signing.endpoint_secret(endpoint)
    endpoint = endpoints.rotate(access, endpoint)
    present = signing.endpoint_secret(endpoint)
    assert present != former
    assert former not in json.dumps(list(WebhookEndpoint.objects.values()), default=str)

    def told() -> list[bool]:
        end(ask(access))
        notices.deliver_due()
        headers, body = receiver.got[-1]
        return [verified(secret, headers, body) for secret in (former, present)]

    assert told() == [True, True]
    [[salt, until]] = endpoint.former_salts
    over = datetime.fromisoformat(until) - timedelta(hours=24)
    WebhookEndpoint.objects.update(former_salts=[[salt, over.isoformat()]])
    assert told() == [False, True]


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_after_a_leak_every_former_secret_ends_at_once(listen, access):
    endpoint = endpoints.rotate(access, listen())
    assert len(endpoint.former_salts) == 1
    endpoint = endpoints.rotate(access, endpoint, overlap_hours=0)
    assert endpoint.former_salts == []
    for _ in range(3):
        endpoint = endpoints.rotate(access, endpoint)
    with pytest.raises(Refused, match="3 former secrets still sign"):
        endpoints.rotate(access, endpoint)
    wind(24 * 3600 + 1)
    assert len(endpoints.rotate(access, endpoint).former_salts) == 1


@pytest.fixture
def olga(access, workspace) -> User:
    user = User.objects.get(pk=access.user_id)
    user.email = "olga@example.com"
    user.save()
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


def test_gone_switches_off_and_the_owners_get_one_mail(listen, access, receiver, olga):
    endpoint = listen(receiver.url)
    receiver.status = 410
    for _ in range(3):
        end(ask(access))

    assert telling.tell_due() == 2  # one try, one mail

    endpoint.refresh_from_db()
    assert (endpoint.enabled, endpoint.disabled_reason) == (
        False,
        "It answered 410: it is gone for good.",
    )
    assert not Notice.objects.filter(next_try_at__isnull=False).exists()
    assert (len(receiver.got), telling.tell_due()) == (1, 0)
    [message] = mail.outbox
    assert message.to == ["olga@example.com"]
    assert message.subject == "[Test] Webhook to 127.0.0.1 was switched off"
    assert f"/webhooks/{endpoint.uid}/" in message.body
    entry = AuditEntry.objects.get(action="webhook_endpoint.disable")
    assert (entry.subject, entry.user) == (f"webhook_endpoint:{endpoint.uid}", None)


def test_five_days_without_a_taken_message_switch_off(listen, access, receiver, olga):
    endpoint = listen(receiver.url)
    receiver.status = 500
    end(ask(access))
    notices.deliver_due()
    first = reload(endpoint).failing_since
    assert first is not None
    wind(timedelta(days=4, hours=23).total_seconds())
    end(ask(access))
    notices.deliver_due()
    assert reload(endpoint).enabled
    assert endpoint.failing_since == first
    wind(2 * 3600)
    notices.deliver_due()
    assert not reload(endpoint).enabled
    assert endpoint.disabled_reason == "It took nothing for 5 days."
    assert (telling.anything_due(), telling.tell_due(), len(mail.outbox)) == (True, 1, 1)


def test_one_taken_message_forgets_the_failures(listen, access, receiver):
    endpoint = listen(receiver.url)
    receiver.status = 500
    end(ask(access))
    notices.deliver_due()
    receiver.status = 204
    wind(10)
    notices.deliver_due()
    reload(endpoint)
    assert (endpoint.failing_since, endpoint.last_status, endpoint.last_error) == (None, 204, "")
    assert endpoint.last_delivered_at is not None


def test_a_ping_is_sent_once_and_a_failing_one_proves_nothing(listen, access, receiver):
    endpoint = listen(receiver.url, events=["job.failed"])
    endpoints.change(access, endpoint, changes={"enabled": False})
    receiver.status = 500
    notice = endpoints.ping(access, endpoint)
    assert notices.deliver_due() == 1
    assert json.loads(receiver.got[0][1])["data"] == {"webhook_endpoint_id": endpoint.uid}
    assert (reload(notice).next_try_at, notice.last_status) == (None, 500)
    reload(endpoint)
    assert (endpoint.failing_since, endpoint.last_error) == (None, "The receiver answered 500.")


def test_a_replay_has_the_same_id_and_body(listen, access, receiver):
    endpoint = listen(receiver.url)
    end(ask(access))
    notices.deliver_due()
    notice = Notice.objects.get()
    endpoints.replay(access, notice)
    notices.deliver_due()
    [(first, body), (second, again)] = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert AuditEntry.objects.filter(action="webhook_delivery.replay").count() == 1
    endpoints.change(access, endpoint, changes={"enabled": False})
    with pytest.raises(Refused, match="Switch it on first"):
        endpoints.replay(access, endpoints.deliveries(access).get())
    assert reload(notice).next_try_at is None


def test_what_waits_goes_to_the_new_address(listen, access, receiver):
    endpoint = listen(HOOK)
    end(ask(access))
    endpoints.change(access, endpoint, changes={"url": receiver.url})
    notices.deliver_due()
    assert len(receiver.got) == 1
    assert Notice.objects.get().host == "127.0.0.1"


@pytest.mark.parametrize(
    "url", ["http://pictures.example/x", "https://10.0.0.1/x", "https://pictures.example:22/", "x"]
)
def test_no_endpoint_lies_inside(access, shop, url):
    with pytest.raises(Refused) as refused:
        endpoints.create(access, EndpointAsk(url=url))
    assert refused.value.field == "url"
    assert WebhookEndpoint.objects.count() == AuditEntry.objects.count() == 0


def test_the_audit_trail_keeps_no_secret(listen, access):
    endpoint = listen("https://pictures.example/hook?token=hush")
    endpoints.rotate(access, endpoint)
    trail = json.dumps(list(AuditEntry.objects.values("action", "before", "after")))
    assert "hush" not in trail
    assert "whsec_" not in trail
    assert endpoint.salt not in trail
    assert "webhook_endpoint.rotate" in trail


def test_twenty_are_enough(listen, access):
    for _ in range(endpoints.MOST):
        last = listen()
    with pytest.raises(Refused, match="There are 20 endpoints already"):
        listen()
    endpoints.remove(access, last)
    listen()


def test_a_pile_for_one_receiver_leaves_room_for_the_others(ended):
    for _ in range(12):
        ended(HOOK)
    other = ended("https://other.example/hook")
    ids = [pk for pk, _ in rows.due(6)]
    assert len(ids) == 6
    assert ids[1] == other.pk
    assert len(rows.due(100)) == rows.MOST_OF_ONE + 1


def test_a_slow_receiver_delays_no_other(ended, monkeypatch):
    slow, quick = ended(HOOK), ended("https://quick.example/hook")
    order: list[str] = []
    quick_is_done = threading.Event()

    def send(url, **_):
        if url == HOOK:
            assert quick_is_done.wait(10)
            order.append("slow")
            raise guarded.NoAnswer("The host did not answer in time.")
        order.append("quick")
        quick_is_done.set()
        return 200

    monkeypatch.setattr("generation.notices.addresses.send", send)
    assert notices.deliver_due() == 2
    assert order == ["quick", "slow"]
    assert reload(quick).delivered_at is not None
    assert reload(slow).next_try_at is not None
