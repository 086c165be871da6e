"""What is sent and how it is signed: Standard Webhooks, with a secret of the workspace's own."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from django.conf import settings
from standardwebhooks import Webhook

from generation.models import Job, Notice

PURPOSE = b"generation.notices"


def secret_for(workspace_id: int) -> str:
    """`whsec_…`, by which a receiver checks our signature. Follows from SECRET_KEY."""
    return _secret(workspace_id, key=settings.SECRET_KEY)


def body_of(notice: Notice) -> bytes:
    """The thin body: which job, and how it ended. The same at every try."""
    job: Job = notice.job
    ended = job.ended_at or notice.created_at
    said = {
        "type": notice.kind,
        "timestamp": ended.isoformat().replace("+00:00", "Z"),
        "data": {
            "job_id": job.uid,
            "status": job.state,
            "batch_id": job.batch.uid if job.batch else None,
            "metadata": job.metadata,
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(notice: Notice, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers by which the receiver knows us, this message and its age.

    After a change of SECRET_KEY the former keys sign too, as long as they are kept.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    secrets = [_secret(notice.workspace_id, key=key) for key in keys]
    signed = [Webhook(secret).sign(notice.uid, at, body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": notice.uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def _secret(workspace_id: int, *, key: str) -> str:
    text = PURPOSE + b":" + str(workspace_id).encode()
    raw = hmac.new(key.encode(), text, hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(raw).decode()}"
