"""A button pressed twice does its work once, and so does a page sent again by the browser."""

import secrets
from collections.abc import Callable, Mapping

from django.http import HttpRequest

from accounts.access import Access
from generation.idempotency import Answer, StillAtWork, fingerprint, once
from generation.models import Job

NAME = "token"
# They differ between two presses of one button and mean nothing.
IGNORED = {NAME, "csrfmiddlewaretoken"}


def new_token() -> str:
    """For one rendering of one form."""
    return secrets.token_urlsafe(16)


def made_once(
    request: HttpRequest, access: Access, make: Callable[[], str], *, files: str = ""
) -> str:
    """As `job_once`, for whatever has a uid; `files` stands for the files that were sent."""
    body = {**_content(request.POST.dict()), "files": files}
    content = fingerprint("POST", request.path, body=body)
    token = request.POST.get(NAME, "")[:64]
    key = f"page:{token}:{content}" if token else ""
    answer = once(
        access,
        key=key,
        request_hash=content,
        effect=lambda: Answer(status=200, body={"made": make()}),
    )
    return str(answer.body["made"])


def job_once(request: HttpRequest, access: Access, make: Callable[[], Job]) -> str:
    """The uid of the job that `make` makes, or of the one that this very form has made already.

    A form that was changed and sent again with its old token is a new wish: the content is part
    of the key. What `make` raises comes through, and then nothing was made.
    """
    body = _content(request.POST.dict())
    content = fingerprint("POST", request.path, body=body)
    token = request.POST.get(NAME, "")[:64]
    key = f"page:{token}:{content}" if token else ""
    answer = once(
        access,
        key=key,
        request_hash=content,
        effect=lambda: Answer(status=200, body={"job": make().uid}),
    )
    return str(answer.body["job"])


def _content(data: Mapping[str, str | list[object]]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items() if name not in IGNORED}


__all__ = ["StillAtWork", "job_once", "made_once", "new_token"]
