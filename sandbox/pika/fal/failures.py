"""How a fal request ends badly: HTTP status, type word and the shape of `detail`."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.pika.fal.reading import Json, problem


@dataclass(frozen=True)
class FalFailure:
    """One way to fail. A runner failure is seen in the status answer already; a model failure
    shows only when the result is fetched, with `detail` as a list."""

    kind: str
    status: int
    message: str
    of_the_runner: bool
    field: str = "prompt"

    def body(self, *, given: Json) -> Json:
        """The result answer's body; `given` is the request's own input."""
        if self.of_the_runner:
            return {"detail": self.message, "error_type": self.kind}
        return {"detail": [problem(self.field, self.message, kind=self.kind, given=given)]}


MODERATION = FalFailure(
    kind="content_policy_violation",
    status=422,
    message="The content could not be processed because it was flagged by a content checker.",
    of_the_runner=False,
)
RUNNER_LOST = FalFailure(
    kind="runner_disconnected", status=503, message="Runner disconnected", of_the_runner=True
)
CANCELLED = FalFailure(
    kind="client_cancelled",
    status=499,
    message="Request was cancelled by the client",
    of_the_runner=True,
)
NO_CREDITS = "User is locked. Reason: Exhausted balance. Top up your balance in the dashboard."
"""`detail` of the 403 that refuses a submit when the prepaid balance is used up."""
