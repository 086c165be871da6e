"""How well an endpoint listens: one that is gone, or fails for days, is switched off.

Its owners are told by mail: the row says so first, and a mail that fails is tried again.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.access import Access
from accounts.audit import record
from accounts.models import Membership, Mode, Role
from generation import clock
from generation.models import Notice, WebhookEndpoint
from generation.notices import rows
from generation.notices.kinds import PING
from generation.notices.outbox import host_of

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=5)
CLAIM_SECONDS = 120.0
PAUSES = (60.0, 600.0, 3600.0, 21600.0)


def worked(endpoint: WebhookEndpoint | None, *, status: int) -> None:
    """It has taken a message."""
    if endpoint is not None:
        _note(endpoint, status=status, error="", failing_since=None, last_delivered_at=clock.now())


def gone(endpoint: WebhookEndpoint | None, *, status: int) -> None:
    """It wants nothing more, ever."""
    if endpoint is not None:
        _note(endpoint, status=status, error="The receiver answered that it is gone.")
        _switch_off(endpoint, reason="It answered 410: it is gone for good.")


def failed(notice: Notice, reason: str, *, status: int | None) -> None:
    """It has not taken a message. A ping that fails says nothing about the days before."""
    endpoint = notice.endpoint
    if endpoint is None:
        return
    if notice.kind == PING:
        _note(endpoint, status=status, error=reason)
        return
    now = clock.now()
    since = Coalesce(F("failing_since"), Value(now))
    _note(endpoint, status=status, error=reason, failing_since=since)
    endpoint.refresh_from_db(fields=["failing_since"])
    if endpoint.failing_since is not None and now - endpoint.failing_since >= PATIENCE:
        _switch_off(endpoint, reason=f"It took nothing for {PATIENCE.days} days.")


def mail_due() -> bool:
    return WebhookEndpoint.objects.filter(mail_due_at__lte=clock.now()).exists()


def mail_owners(most: int = 20) -> int:
    """Mail the owners of what was switched off. Returns how many messages went out.

    A mail server that refuses one ends the round: the others wait for the next one.
    """
    due = WebhookEndpoint.objects.filter(mail_due_at__lte=clock.now())
    sent = 0
    for endpoint in due.select_related("workspace").order_by("mail_due_at")[:most]:
        if not _claim(endpoint):
            continue
        try:
            sent += _mail(endpoint)
        except OSError as fault:
            _put_off(endpoint)
            log.warning("endpoint_mail_failed endpoint=%s reason=%s", endpoint.uid, fault)
            break
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(mail_due_at=None)
    return sent


def _note(endpoint: WebhookEndpoint, *, status: int | None, error: str, **more: object) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        last_tried_at=clock.now(), last_status=status, last_error=error, **more
    )


def _switch_off(endpoint: WebhookEndpoint, *, reason: str) -> None:
    now = clock.now()
    on = WebhookEndpoint.objects.filter(pk=endpoint.pk, enabled=True, removed_at__isnull=True)
    won = on.update(
        enabled=False, disabled_reason=reason, disabled_at=now, mail_due_at=now, mail_tries=0
    )
    if not won:
        return
    rows.stop(endpoint)
    nobody = Access(workspace_id=endpoint.workspace_id, mode=Mode(endpoint.mode), role=Role.OWNER)
    record(
        nobody,
        "webhook_endpoint.disable",
        f"webhook_endpoint:{endpoint.uid}",
        reason,
        before={"enabled": True},
        after={"enabled": False},
    )
    log.warning("endpoint_disabled endpoint=%s reason=%s", endpoint.uid, reason)


def _claim(endpoint: WebhookEndpoint) -> bool:
    same = WebhookEndpoint.objects.filter(pk=endpoint.pk, mail_due_at=endpoint.mail_due_at)
    later = clock.after(CLAIM_SECONDS)
    return bool(same.update(mail_due_at=later, mail_tries=F("mail_tries") + 1))


def _put_off(endpoint: WebhookEndpoint) -> None:
    """Wait for the next try; after the last one the page alone tells it."""
    tries = endpoint.mail_tries
    again = clock.after(PAUSES[tries]) if tries < len(PAUSES) else None
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(mail_due_at=again)


def _mail(endpoint: WebhookEndpoint) -> bool:
    """To every owner who has an address; False where nobody has one."""
    owners = Membership.objects.filter(
        workspace_id=endpoint.workspace_id,
        role=Role.OWNER,
        user__is_active=True,
        user__email__isnull=False,
    )
    addresses = [one for one in owners.values_list("user__email", flat=True) if one]
    if not addresses:
        return False
    mark = "[Test] " if endpoint.mode == Mode.TEST else ""
    host = host_of(endpoint.url)
    send_mail(
        f"{mark}Webhook to {host} was switched off",
        f"Nothing is sent to the webhook endpoint at {host} of {endpoint.workspace.name} any"
        f" more. {endpoint.disabled_reason} Set it right, then switch it on again and repeat what"
        f" it has missed:\n\n{settings.PUBLIC_BASE_URL}/webhooks/{endpoint.uid}/\n",
        settings.DEFAULT_FROM_EMAIL,
        addresses,
    )
    return True
