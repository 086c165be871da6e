"""Webhook endpoints and deliveries as the API tells them; no secret but in its own answer."""

from typing import TypedDict

from generation import clock
from generation.api.answers.plain import moment
from generation.models import Notice, WebhookEndpoint
from generation.notices.endpoints import state_of
from generation.notices.signing import former_until


class EndpointAnswer(TypedDict):
    """Where news is sent, which news, and how well it is taken.

    `failing_since` is the first failure after which nothing was taken; after five days of it the
    endpoint is switched off. Until `former_secret_until` a secret before the present one signs
    too.
    """

    webhook_endpoint_id: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_reason: str | None
    failing_since: str | None
    last_tried_at: str | None
    last_delivered_at: str | None
    last_status: int | None
    last_error: str | None
    secret_made_at: str | None
    former_secret_until: str | None
    created_at: str | None


class EndpointWithSecret(EndpointAnswer):
    """The endpoint with its secret, which no other answer shows.

    An answer that is given again for its Idempotency-Key has null where the secret has been
    followed by another one meanwhile.
    """

    secret: str | None


class DeliveryAnswer(TypedDict):
    """One message to one receiver. `state` is waiting, delivered or failed.

    `event_id` is what the receiver gets as webhook-id, the same at every try.
    """

    delivery_id: str
    event_id: str
    event: str
    webhook_endpoint_id: str | None
    job_id: str | None
    state: str
    tries: int
    created_at: str | None
    next_try_at: str | None
    delivered_at: str | None
    last_status: int | None
    last_error: str | None


def endpoint_answer(endpoint: WebhookEndpoint) -> EndpointAnswer:
    return {
        "webhook_endpoint_id": endpoint.uid,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "description": endpoint.description,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason or None,
        "failing_since": moment(endpoint.failing_since),
        "last_tried_at": moment(endpoint.last_tried_at),
        "last_delivered_at": moment(endpoint.last_delivered_at),
        "last_status": endpoint.last_status,
        "last_error": endpoint.last_error or None,
        "secret_made_at": moment(endpoint.secret_made_at),
        "former_secret_until": moment(max(former_until(endpoint, at=clock.now()), default=None)),
        "created_at": moment(endpoint.created_at),
    }


def delivery_answer(notice: Notice) -> DeliveryAnswer:
    """A delivery with its endpoint and its job at hand."""
    return {
        "delivery_id": notice.uid,
        "event_id": notice.event_uid,
        "event": notice.kind,
        "webhook_endpoint_id": notice.endpoint.uid if notice.endpoint else None,
        "job_id": notice.job.uid if notice.job else None,
        "state": state_of(notice),
        "tries": notice.tries,
        "created_at": moment(notice.created_at),
        "next_try_at": moment(notice.next_try_at),
        "delivered_at": moment(notice.delivered_at),
        "last_status": notice.last_status,
        "last_error": notice.last_error or None,
    }
