"""Why a vendor did not do what was asked: one tree, one class per decision.

ProviderError
├── AuthRefused      auth          key refused; next offer, circuit opens
├── OutOfCredits     credits       no money at the vendor; next offer, circuit opens
├── RateLimited      rate_limited  wait `retry_after`, costs no attempt
├── Unavailable      unavailable   down or overloaded; try again, then next offer
│   └── NotSent      unavailable   proven: the request never reached the vendor
├── Invalid          invalid       the vendor cannot take this request
├── Moderated        moderation    refused for its content; no other vendor is asked
├── OutputBad        output_bad    the file is unusable
├── TookTooLong      timeout       the offer's deadline passed
└── OutcomeUnknown   unknown       may have been accepted; never sent again

Callers branch on `failure_class` (or the type) alone, never on a code or a message.
"""

from typing import ClassVar


class ProviderError(Exception):
    """A vendor could not do what was asked.

    `reason` is short, safe to show to a person and free of keys; `code` is the vendor's own
    word ("SAFETY.INPUT.TEXT", "1303"); `billed` says whether the vendor charges for this
    failure (None: the vendor reports the figure itself or does not say, so treat as billed
    until its cost is read); `retry_after` is in seconds.
    """

    failure_class: ClassVar[str] = "unknown"

    def __init__(
        self,
        reason: str,
        *,
        provider: str = "",
        code: str = "",
        status: int | None = None,
        billed: bool | None = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.provider = provider
        self.code = code
        self.status = status
        self.billed = billed
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.provider} {self.status} {self.code}: {self.reason})"


class AuthRefused(ProviderError):
    failure_class = "auth"


class OutOfCredits(ProviderError):
    failure_class = "credits"


class RateLimited(ProviderError):
    failure_class = "rate_limited"


class Unavailable(ProviderError):
    failure_class = "unavailable"


class NotSent(Unavailable):
    """Proven: not one byte of the request reached the vendor."""


class Invalid(ProviderError):
    failure_class = "invalid"


class Moderated(ProviderError):
    failure_class = "moderation"


class OutputBad(ProviderError):
    failure_class = "output_bad"


class TookTooLong(ProviderError):
    failure_class = "timeout"


class OutcomeUnknown(ProviderError):
    failure_class = "unknown"


class CallbackRefused(Exception):
    """A callback whose signature, time or body does not hold; answer 400."""
