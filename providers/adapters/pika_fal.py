"""Pika through fal's queue: submit, look, fetch the result, all at addresses we build.

fal takes no id of ours. A create call without an answer is found again in the account's
request list by endpoint, prompt and seed, so every attempt should carry a seed of its own.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from providers.adapters.pika_fal_answers import (
    CODES,
    PROVIDER,
    create_error,
    look_error,
    made_clip,
    progress_of_result,
    progress_of_status,
)
from providers.adapters.pika_fal_requests import endpoint_of, new_body
from providers.adapters.pika_signature import keys_in, verify_fal_webhook
from providers.adapters.verdicts import objects_in, text_of
from providers.answers import parsed
from providers.base import Steps
from providers.errors import (
    AuthRefused,
    CallbackRefused,
    OutcomeUnknown,
    ProviderError,
    Unavailable,
)
from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    Picture,
    Progress,
    Reply,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)

LIVE_HOSTS = ("fal.run", "falrun.com")
LIVE_REST_URL = "https://rest.fal.ai"
LIVE_PLATFORM_URL = "https://api.fal.ai"
CLOCK_SLACK = timedelta(minutes=5)
LIST_PAGE = 100
LIST_PAGES = 20
NO_TASK = "00000000-0000-0000-0000-000000000000"


class PikaOnFal:
    """fal's queue, translated. `rest_url` takes uploads, `platform_url` lists our requests;
    both follow from `base_url` when left out."""

    provider: ClassVar[str] = PROVIDER
    codes: ClassVar[Mapping[str, type[ProviderError]]] = CODES
    resolve_kind: ResolveKind = ResolveKind.LIST

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        transport: str = "fal",
        rest_url: str = "",
        platform_url: str = "",
        trusted_keys: tuple[bytes, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        host = urlsplit(base_url).hostname or ""
        live = any(host == name or host.endswith("." + name) for name in LIVE_HOSTS)
        self._base_url = base_url.rstrip("/")
        self._rest_url = (rest_url or (LIVE_REST_URL if live else base_url)).rstrip("/")
        self._platform_url = (platform_url or (LIVE_PLATFORM_URL if live else base_url)).rstrip("/")
        self._key = key
        self._clock = clock
        self.trusted_keys = trusted_keys

    def match_key(self, request: ClipRequest) -> str:
        """What the request list echoes and we compare: endpoint, prompt and seed."""
        echoed = [endpoint_of(request), request.prompt, request.seed]
        return hashlib.sha256(json.dumps(echoed).encode()).hexdigest()

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        """Upload the pictures, free of charge, and put their addresses on the request. Raises
        Invalid where the request cannot be expressed, before anything is claimed for it."""
        new_body(request)
        first = yield from self._placed(request.first_frame)
        last = yield from self._placed(request.last_frame)
        return replace(request, first_frame=first, last_frame=last)

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        """Queue the request once: fal is told not to run it again by itself."""
        params = {"fal_webhook": request.callback_url} if request.callback_url else {}
        reply = yield Call(
            method="POST",
            url=f"{self._base_url}/{quote(endpoint_of(request))}",
            headers={**self._headers(), "X-Fal-No-Retry": "1"},
            params=params,
            json=new_body(request),
            creates=True,
            read_timeout=120.0,
        )
        task_id = text_of((parsed(reply) or {}).get("request_id"))
        if reply.status not in (200, 201, 202) or not task_id:
            raise create_error(reply)
        return Accepted(task_id=task_id)

    def poll(self, task: TaskRef) -> Steps[Progress]:
        """One look, and a second call for the result once the task has ended. fal calls back at
        the end only: then the result is there, and one call tells all. Whatever else it answers
        is left to the usual way."""
        if task.called_back:
            result = yield self._call("GET", self._task_url(task))
            if (made := made_clip(result)) is not None:
                return made
        reply = yield self._call("GET", self._task_url(task, "/status"), params={"logs": "false"})
        if reply.status == 404:
            return Progress(state=TaskState.GONE)
        status = parsed(reply)
        if reply.status not in (200, 202) or status is None:
            raise look_error(reply)
        progress = progress_of_status(status)
        if progress is not None:
            return progress
        result = yield self._call("GET", self._task_url(task))
        return progress_of_result(result, status=status)

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        """Ask for the end. A request that already runs may still complete and be charged."""
        reply = yield self._call("PUT", self._task_url(task, "/cancel"), body=b"")
        if reply.status in (200, 202):
            return CancelOutcome.REQUESTED
        if reply.status in (400, 404):
            return CancelOutcome.TOO_LATE
        raise look_error(reply)

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        """Requests of the account since shortly before the create, with its prompt and seed.

        Raises OutcomeUnknown when the key may not list, or when an entry without its input
        could be the one that is looked for.
        """
        entries = yield from self._listed(trace)
        unread = [entry for entry in entries if not isinstance(entry.get("json_input"), dict)]
        found = {text_of(e["request_id"]) for e in entries if e not in unread and _fits(e, trace)}
        if not found and unread:
            raise OutcomeUnknown(
                "fal lists requests without their input", provider=PROVIDER, billed=None
            )
        return tuple(sorted(found))

    def download(self, url: str) -> Call:
        """Output files are public; the key stays here."""
        return Call(method="GET", url=url)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        """Which task ended. Refused while `trusted_keys` is empty: set it to what
        `callback_keys` returned, at most a day ago."""
        event_id = verify_fal_webhook(headers, body, keys=self.trusted_keys, now=self._clock())
        news = parsed(Reply(status=200, headers={}, body=body)) or {}
        task_id = text_of(news.get("request_id")) or text_of(news.get("gateway_request_id"))
        if not task_id:
            raise CallbackRefused("the body names no task")
        return CallbackNews(task_id=task_id, event_id=event_id)

    def callback_keys(self) -> Steps[tuple[bytes, ...]]:
        """fal's public signing keys, 32 bytes each; good for `trusted_keys` for 24 hours."""
        reply = yield Call(method="GET", url=f"{self._rest_url}/.well-known/jwks.json")
        keys = keys_in(parsed(reply) or {})
        if reply.status != 200 or not keys:
            raise look_error(reply)
        return keys

    def probe(self) -> Steps[None]:
        """Look at a request that does not exist: free, and told apart only for a good key."""
        url = f"{self._base_url}/fal-ai/pika/requests/{NO_TASK}/status"
        reply = yield self._call("GET", url)
        known = 200 <= reply.status < 300 or 400 <= reply.status < 500
        if not known or reply.status in (401, 402, 403, 429):
            raise look_error(reply)

    def _placed(self, picture: Picture | None) -> Steps[Picture | None]:
        if picture is None or picture.uri:
            return picture
        uri = yield from self._upload(picture)
        return replace(picture, uri=uri)

    def _upload(self, picture: Picture) -> Steps[str]:
        suffix = picture.media_type.partition("/")[2]
        name = f"{picture.sha256[:16]}.{suffix}"
        reply = yield self._call(
            "POST",
            f"{self._rest_url}/storage/upload/initiate",
            params={"storage_type": "fal-cdn-v3"},
            json={"file_name": name, "content_type": picture.media_type},
        )
        grant = parsed(reply) or {}
        upload_url, file_url = text_of(grant.get("upload_url")), text_of(grant.get("file_url"))
        if reply.status != 200 or not self._may_go_to(upload_url) or not file_url:
            raise look_error(reply)
        headers = {"Content-Type": picture.media_type}
        stored = yield Call(method="PUT", url=upload_url, headers=headers, body=picture.content)
        if stored.status not in (200, 201, 204):
            raise Unavailable(
                f"the upload answered HTTP {stored.status}", provider=PROVIDER, status=stored.status
            )
        return file_url

    def _may_go_to(self, url: str) -> bool:
        """Pictures leave for fal's storage over TLS, or for the host that we were given."""
        target, ours = urlsplit(url), urlsplit(self._rest_url)
        return target.scheme == "https" or (target.scheme, target.netloc) == (
            ours.scheme,
            ours.netloc,
        )

    def _listed(self, trace: Trace) -> Steps[list[dict[str, Any]]]:
        """Every listed request of the endpoint since the create that nobody owns yet."""
        since = (trace.since - CLOCK_SLACK).astimezone(UTC)
        params = {
            "endpoint_id": endpoint_of(trace.request),
            "start": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "limit": str(LIST_PAGE),
            "expand": "payloads",
        }
        url = f"{self._platform_url}/v1/models/requests/by-endpoint"
        entries: list[dict[str, Any]] = []
        for _ in range(LIST_PAGES):
            reply = yield self._call("GET", url, params=params)
            page = _page(reply)
            entries += [e for e in objects_in(page.get("items")) if _is_candidate(e, trace, since)]
            cursor = text_of(page.get("next_cursor"))
            if not cursor or page.get("has_more") is False:
                return entries
            params = {**params, "cursor": cursor}
        raise OutcomeUnknown("fal's request list does not end", provider=PROVIDER, billed=None)

    def _task_url(self, task: TaskRef, action: str = "") -> str:
        """fal drops the endpoint's sub-path after the submit: only owner and app are left. The
        addresses in its answers are not used, because our key would go there."""
        app = "/".join(task.model.strip("/").split("/")[:2])
        return f"{self._base_url}/{quote(app)}/requests/{quote(task.task_id, safe='')}{action}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Key {self._key}"}

    def _call(self, method: str, url: str, **rest: Any) -> Call:
        return Call(method=method, url=url, headers=self._headers(), **rest)


def _page(reply: Reply) -> dict[str, Any]:
    page = parsed(reply)
    if reply.status == 200 and page is not None and isinstance(page.get("items"), list):
        return page
    error = look_error(reply)
    if reply.status == 403 and isinstance(error, AuthRefused):
        raise OutcomeUnknown("the key may not list requests", provider=PROVIDER, billed=None)
    raise error


def _is_candidate(entry: Mapping[str, Any], trace: Trace, since: datetime) -> bool:
    task_id = text_of(entry.get("request_id"))
    if not task_id or task_id in trace.known:
        return False
    sent = text_of(entry.get("sent_at")) or text_of(entry.get("started_at"))
    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return True
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) >= since


def _fits(entry: Mapping[str, Any], trace: Trace) -> bool:
    asked = entry["json_input"]
    wanted = (trace.request.prompt, trace.request.seed)
    return (asked.get("prompt"), asked.get("seed")) == wanted
