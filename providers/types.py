"""The words that adapters, transport and engine exchange. Free of Django.

Seconds are whole seconds as billed by the vendor, money is integer micro-dollars
(1_000_000 = 1 USD), ratios are written "16:9".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol


class GenerationMode(StrEnum):
    TEXT_TO_VIDEO = "text_to_video"
    IMAGE_TO_VIDEO = "image_to_video"


class Tier(StrEnum):
    DRAFT = "draft"
    STANDARD = "standard"
    HIGH = "high"
    MASTER = "master"


class ResolveKind(StrEnum):
    """How a vendor lets us find out whether a create call without an answer was accepted."""

    CLIENT_ID = "K1"  # our own id can be asked for
    LIST = "K2"  # recent tasks can be listed and matched
    CALLBACK = "K3"  # only a callback names the task
    BILL = "K4"  # only the bill tells


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A still image, already checked and re-encoded by us.

    `uri` is the vendor-side address, set by `Adapter.prepare` where the vendor takes uploads.
    """

    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    sha256: str
    uri: str = ""


@dataclass(frozen=True, kw_only=True)
class ClipRequest:
    """What one attempt asks of one offer, in that vendor's own terms where they differ.

    `wire_ratio` is the exact value the vendor takes ("1280:720", "16:9", "1280x720"), empty
    where the picture decides. `options` is the one door for vendor extras: its entries are
    merged into the body last.
    """

    generation_mode: GenerationMode
    model: str
    prompt: str
    seconds: int
    wire_ratio: str
    resolution: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    first_frame: Picture | None = None
    last_frame: Picture | None = None
    callback_url: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """Whom a call asks, with which account of ours, and what for: "create", "poll", …"""

    provider: str
    mode: str
    verb: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One HTTP request, ready to send. At most one of `json`, `form`/`files`, `body` is set.

    `files` maps a field name to (file name, bytes, media type); with `files` or `multipart`
    the form goes out as multipart/form-data. `creates` marks the call that may spend money:
    it is sent once, on a fresh connection, and every doubt about it is OutcomeUnknown.
    `asking` is for the figures alone; adapters leave it out.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    multipart: bool = False
    body: bytes | None = field(default=None, repr=False)
    creates: bool = False
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    asking: Asking | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A whole HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body; raises ValueError when it is not JSON."""
        import json

        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class VendorCost:
    """A cost as the vendor reports it, with the vendor's own unit beside ours."""

    micros: int
    native_amount: str
    native_unit: str


@dataclass(frozen=True, kw_only=True)
class TaskRef:
    """A vendor's task and what its later calls need besides the id. `called_back` when the
    vendor has called about it, as some do only at the end."""

    task_id: str
    model: str
    generation_mode: GenerationMode
    called_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The vendor has taken the request. `ceiling` is the most that it says it may charge."""

    task_id: str
    ceiling: VendorCost | None = None


class TaskState(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"  # the vendor no longer knows the id; the engine decides what that means


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One look at a task. `percent` is 0..100 and only where the vendor sends one.

    `failure` is set exactly when `state` is FAILED. `cost` is the vendor's final figure, None
    where it reports none. `unknown_word` carries a status word that the adapter does not
    know; the state is then PROCESSING.
    """

    state: TaskState
    percent: int | None = None
    output_url: str = ""
    failure: "ProviderFailure | None" = None
    cost: VendorCost | None = None
    unknown_word: str = ""


class ProviderFailure(Protocol):
    """What `providers.errors.ProviderError` offers; here to keep this file import-free."""

    failure_class: ClassVar[str]
    reason: str
    code: str


class CancelOutcome(StrEnum):
    WITHDRAWN = "withdrawn"  # it is over, and its work had not begun
    CANCELLED = "cancelled"  # the vendor says it is over
    REQUESTED = "requested"  # the vendor will try; keep polling
    TOO_LATE = "too_late"  # already ended; poll for how
    UNSUPPORTED = "unsupported"  # this vendor has no cancel


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What is known about a create call whose answer never came, to find its task by.

    `since` is when it was sent (UTC); `known` are task ids that belong to other attempts.
    """

    client_ref: str
    request: ClipRequest
    since: datetime
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CallbackNews:
    """A verified callback: which task moved, and whether it says that it ended. The truth is then
    read by a poll."""

    task_id: str
    event_id: str
    client_ref: str = ""
    says_ended: bool = True
