"""Making, changing and removing webhook endpoints; every deed stands in the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

from accounts.access import Access
from accounts.audit import record
from accounts.models import Workspace
from generation import clock, guarded
from generation.asks import Refused
from generation.models import Notice, WebhookEndpoint
from generation.models.webhook_endpoint import anything, new_salt
from generation.notices import addresses, outbox, rows, signing
from generation.notices.kinds import ANY, KINDS

MOST = 20
MOST_FORMER = 3
OVERLAP_HOURS = 24
LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, kw_only=True)
class EndpointAsk:
    """An endpoint that somebody wants. `events` are kinds of news, or "*" alone for all."""

    url: str
    events: Sequence[str] = field(default_factory=anything)
    description: str = ""


def mine(access: Access) -> QuerySet[WebhookEndpoint]:
    """The endpoints of this workspace and mode; a removed one is not there."""
    return WebhookEndpoint.objects.within(access).filter(removed_at__isnull=True)


def deliveries(access: Access, endpoint: WebhookEndpoint | None = None) -> QuerySet[Notice]:
    """What was sent, or is to be: to this endpoint, or anywhere but to removed ones."""
    found = Notice.objects.within(access).filter(endpoint__removed_at__isnull=True)
    found = found.select_related("endpoint", "job")
    return found.filter(endpoint=endpoint) if endpoint else found


def state_of(notice: Notice) -> str:
    """waiting, delivered or failed."""
    if notice.delivered_at is not None:
        return "delivered"
    return "failed" if notice.next_try_at is None else "waiting"


def in_state(rows: QuerySet[Notice], state: str) -> QuerySet[Notice]:
    """Those of one state; all of them where none is named."""
    match state:
        case "delivered":
            return rows.filter(delivered_at__isnull=False)
        case "waiting":
            return rows.filter(next_try_at__isnull=False)
        case "failed":
            return rows.filter(delivered_at__isnull=True, next_try_at__isnull=True)
    return rows


def create(access: Access, ask: EndpointAsk) -> WebhookEndpoint:
    """The endpoint; `signing.endpoint_secret` tells its secret. Raises Refused."""
    endpoint = WebhookEndpoint(
        workspace_id=access.workspace_id,
        mode=access.mode,
        url=_url(access, ask.url),
        events=_events(ask.events),
        description=_description(ask.description),
        secret_made_at=clock.now(),
        created_by_id=access.user_id,
        api_key_id=access.api_key_id,
    )
    with transaction.atomic():
        # One at a time, so that two at once cannot both be the last one that fits.
        Workspace.objects.select_for_update(no_key=True).get(pk=access.workspace_id)
        if mine(access).count() >= MOST:
            raise Refused(f"There are {MOST} endpoints already; remove one first.", field="url")
        endpoint.save(force_insert=True)
        _record(access, "create", endpoint, after=told(endpoint))
    return endpoint


def change(
    access: Access, endpoint: WebhookEndpoint, *, changes: Mapping[str, Any]
) -> WebhookEndpoint:
    """Change url, events, description or enabled. Raises Refused.

    Switching on forgets past failures; switching off ends what was still to be tried.
    """
    checks = {"url": lambda url: _url(access, url), **_CHECKS}
    checked = {name: checks[name](value) for name, value in changes.items()}
    with transaction.atomic():
        endpoint = _locked(access, endpoint)
        before = told(endpoint)
        moved = checked.get("url", endpoint.url) != endpoint.url
        switched = checked.get("enabled", endpoint.enabled) != endpoint.enabled
        for name, value in checked.items():
            setattr(endpoint, name, value)
        if told(endpoint) == before and not moved:
            return endpoint
        if moved or switched:
            endpoint.failing_since = None
        if switched:
            _switch(endpoint)
        endpoint.save()
        if moved:
            open_rows = endpoint.notices.filter(next_try_at__isnull=False)
            open_rows.update(url=endpoint.url, host=outbox.host_of(endpoint.url))
        _record(access, "change", endpoint, before=before, after=told(endpoint))
    return endpoint


def rotate(
    access: Access, endpoint: WebhookEndpoint, *, overlap_hours: int = OVERLAP_HOURS
) -> WebhookEndpoint:
    """Give it a new secret; the one so far signs too for `overlap_hours`. With 0 every former
    one ends at once, as after a leak. Raises Refused."""
    if not 0 <= overlap_hours <= OVERLAP_HOURS:
        raise Refused(f"Send 0 to {OVERLAP_HOURS} hours.", field="overlap_hours")
    with transaction.atomic():
        endpoint = _locked(access, endpoint)
        now = clock.now()
        kept = [
            [salt, until]
            for (salt, until) in endpoint.former_salts
            if overlap_hours and until > now.isoformat()
        ]
        if len(kept) >= MOST_FORMER:
            raise Refused(
                f"{MOST_FORMER} former secrets still sign. Wait for the end of one, or send 0 to"
                " end them all at once.",
                field="overlap_hours",
            )
        if overlap_hours:
            kept.append([endpoint.salt, (now + timedelta(hours=overlap_hours)).isoformat()])
        endpoint.former_salts, endpoint.salt = kept, new_salt()
        endpoint.secret_made_at = now
        endpoint.save(update_fields=["former_salts", "salt", "secret_made_at"])
        _record(access, "rotate", endpoint, after={"overlap_hours": overlap_hours})
    return endpoint


def remove(access: Access, endpoint: WebhookEndpoint) -> None:
    """Nothing is sent there any more; no door shows it again."""
    with transaction.atomic():
        endpoint = _locked(access, endpoint)
        before = told(endpoint)
        endpoint.removed_at, endpoint.enabled = clock.now(), False
        endpoint.save(update_fields=["removed_at", "enabled"])
        rows.stop(endpoint)
        _record(access, "remove", endpoint, before=before)


def ping(access: Access, endpoint: WebhookEndpoint) -> Notice:
    """A message that says nothing but that it arrives; also to one that is switched off."""
    with transaction.atomic():
        notice = outbox.ping(endpoint)
        _record(access, "ping", endpoint)
    return notice


def replay(access: Access, notice: Notice) -> Notice:
    """Send it once more, with the same id and body. Raises Refused where nobody listens."""
    endpoint = notice.endpoint
    if endpoint is not None and not endpoint.enabled and notice.kind in KINDS:
        raise Refused(
            "This endpoint is switched off. Switch it on first.",
            field="delivery_id",
            code="endpoint_disabled",
        )
    with transaction.atomic():
        if rows.again(notice):
            record(access, "webhook_delivery.replay", f"webhook_delivery:{notice.uid}")
    notice.refresh_from_db()
    return notice


def secret_of(endpoint: WebhookEndpoint) -> str:
    return signing.endpoint_secret(endpoint)


def told(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """The endpoint as the audit trail keeps it; what follows a ? in an address may be secret."""
    place = urlsplit(endpoint.url)
    return {
        "url": place._replace(query="…" if place.query else "", fragment="").geturl(),
        "events": list(endpoint.events),
        "description": endpoint.description,
        "enabled": endpoint.enabled,
    }


def _switch(endpoint: WebhookEndpoint) -> None:
    endpoint.disabled_reason = "" if endpoint.enabled else "Somebody has switched it off."
    endpoint.disabled_at = None if endpoint.enabled else clock.now()
    endpoint.mail_due_at = None
    if not endpoint.enabled:
        rows.stop(endpoint)


def _locked(access: Access, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    found = mine(access).select_for_update(no_key=True).filter(pk=endpoint.pk).first()
    if found is None:
        raise Refused("This endpoint was removed meanwhile.", field="endpoint_id")
    return found


def _record(access: Access, verb: str, endpoint: WebhookEndpoint, **what: Any) -> None:
    record(access, f"webhook_endpoint.{verb}", f"webhook_endpoint:{endpoint.uid}", **what)


def _url(access: Access, url: str) -> str:
    try:
        addresses.check_address(url, mode=access.mode)
    except guarded.Blocked as blocked:
        raise Refused(str(blocked), field="url") from None
    return url


def _events(kinds: Sequence[str]) -> list[str]:
    chosen = set(kinds)
    if chosen == {ANY}:
        return anything()
    if not chosen or chosen - set(KINDS):
        raise Refused(
            f"Send some of {', '.join(KINDS)}, or {ANY} alone for all of them.", field="events"
        )
    return [kind for kind in KINDS if kind in chosen]


def _description(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST_DESCRIPTION:
        raise Refused(f"Keep it under {LONGEST_DESCRIPTION + 1} characters.", field="description")
    return words


_CHECKS: dict[str, Any] = {"events": _events, "description": _description, "enabled": bool}
