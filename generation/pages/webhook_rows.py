"""Webhook endpoints and their deliveries as pages show them, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from generation.models import Notice, WebhookEndpoint
from generation.notices.endpoints import state_of
from generation.notices.kinds import ANY, KINDS
from generation.notices.outbox import host_of

LONGEST_PATH = 60


@dataclass(frozen=True, kw_only=True)
class Health:
    """`since` is when what `words` say began, or last happened; None where nothing did."""

    words: str
    tone: str
    icon: str
    since: datetime | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class EndpointRow:
    uid: str
    host: str
    url: str
    hears: str
    description: str
    health: Health


@dataclass(frozen=True, kw_only=True)
class DeliveryRow:
    uid: str
    event_uid: str
    kind: str
    job_uid: str
    at: datetime
    state: str
    tone: str
    icon: str
    tries: int
    answer: str
    next_try_at: datetime | None
    again: bool


def row_of(endpoint: WebhookEndpoint) -> EndpointRow:
    return EndpointRow(
        uid=endpoint.uid,
        host=host_of(endpoint.url),
        url=shown(endpoint.url),
        hears=hears(endpoint),
        description=endpoint.description,
        health=health_of(endpoint),
    )


def shown(url: str) -> str:
    """The address without its query, which may hold a password, and not too long."""
    bare = url.partition("?")[0].partition("#")[0]
    short = bare if len(bare) <= LONGEST_PATH else f"{bare[:LONGEST_PATH]}…"
    return f"{short}?…" if "?" in url else short


def hears(endpoint: WebhookEndpoint) -> str:
    if ANY in endpoint.events:
        return "Hears everything"
    if len(endpoint.events) <= 2:
        return f"Hears {' and '.join(endpoint.events)}"
    return f"Hears {len(endpoint.events)} of {len(KINDS)} kinds of news"


def health_of(endpoint: WebhookEndpoint) -> Health:
    """What a person wants to know first: does it arrive?"""
    if not endpoint.enabled:
        why, since = endpoint.disabled_reason, endpoint.disabled_at
        return Health(words="Switched off", tone="wait", icon="ban", since=since, why=why)
    if endpoint.failing_since is not None:
        since, why = endpoint.failing_since, endpoint.last_error
        return Health(words="Failing", tone="bad", icon="triangle-alert", since=since, why=why)
    if endpoint.last_delivered_at is not None:
        since = endpoint.last_delivered_at
        return Health(words="Delivering", tone="good", icon="circle-check", since=since)
    return Health(words="Nothing sent yet", tone="wait", icon="circle-dashed")


def delivery_of(notice: Notice, *, may: bool) -> DeliveryRow:
    """`may` says whether this person may send it again."""
    state = state_of(notice)
    words, tone, icon = {
        "delivered": ("Delivered", "good", "circle-check"),
        "failed": ("Failed", "bad", "circle-x"),
        "waiting": ("To be sent", "wait", "clock"),
    }[state]
    if state == "waiting" and notice.last_error:
        words, tone, icon = "Will be tried again", "accent", "rotate-cw"
    return DeliveryRow(
        uid=notice.uid,
        event_uid=notice.event_uid,
        kind=notice.kind,
        job_uid=notice.job.uid if notice.job else "",
        at=notice.created_at,
        state=words,
        tone=tone,
        icon=icon,
        tries=notice.tries,
        answer=_answer(notice),
        next_try_at=notice.next_try_at if notice.last_error else None,
        again=may and (state != "waiting" or bool(notice.last_error)),
    )


def _answer(notice: Notice) -> str:
    if notice.last_error:
        return notice.last_error
    return f"The receiver answered {notice.last_status}." if notice.last_status else ""
