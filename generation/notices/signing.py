"""How what is sent is signed: Standard Webhooks, by secrets that stand in no database.

Each secret follows from SECRET_KEY. One of an endpoint hangs on its salt too, so that it can be
made new; that of a `webhook_url` is the workspace's own.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from standardwebhooks import Webhook

from generation.models import Notice, WebhookEndpoint

PURPOSE = b"generation.notices"
PURPOSE_ENDPOINT = b"generation.webhook_endpoint"


def secret_for(workspace_id: int) -> str:
    """`whsec_…`, by which the receiver of a `webhook_url` checks our signature."""
    return _secret(settings.SECRET_KEY, _of_workspace(workspace_id))


def endpoint_secret(endpoint: WebhookEndpoint) -> str:
    """`whsec_…` of this endpoint as it is now."""
    return _secret(settings.SECRET_KEY, _of_endpoint(endpoint, endpoint.salt))


def headers_of(notice: Notice, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers by which the receiver knows us, this message and its age.

    A secret that was followed by another signs too until its time is over. So do, after a change
    of SECRET_KEY, the former keys as long as they are kept.
    """
    signed = [Webhook(one).sign(notice.event_uid, at, body.decode()) for one in _all(notice, at)]
    return {
        "Content-Type": "application/json",
        "webhook-id": notice.event_uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def former_until(endpoint: WebhookEndpoint, *, at: datetime) -> list[datetime]:
    """Until when each former secret signs too, those in force at `at` only."""
    ends = [datetime.fromisoformat(until) for _, until in endpoint.former_salts]
    return [until for until in ends if until > at]


def _all(notice: Notice, at: datetime) -> list[str]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    endpoint = notice.endpoint
    if endpoint is None:
        return [_secret(key, _of_workspace(notice.workspace_id)) for key in keys]
    salts = [endpoint.salt]
    salts += [s for s, until in endpoint.former_salts if datetime.fromisoformat(until) > at]
    return [_secret(key, _of_endpoint(endpoint, salt)) for salt in salts for key in keys]


def _of_workspace(workspace_id: int) -> bytes:
    return PURPOSE + b":" + str(workspace_id).encode()


def _of_endpoint(endpoint: WebhookEndpoint, salt: str) -> bytes:
    return PURPOSE_ENDPOINT + f":{endpoint.uid}:{salt}".encode()


def _secret(key: str, text: bytes) -> str:
    raw = hmac.new(key.encode(), text, hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(raw).decode()}"
