"""Named points of the protocol at which a crash must do no harm.

Nothing happens here in production. Tests put a function in `hook` and end the work at one
named point, so that each point of the protocol is proven by name.
"""

from collections.abc import Callable

NAMES = (
    "claimed",
    "before_send",
    "after_send",
    "accepted",
    "before_finish",
    "finished",
    "cancel_sent",
    "downloaded",
    "before_store",
    "stored",
)

hook: Callable[[str], None] | None = None


def passed(name: str) -> None:
    if hook is not None:
        hook(name)
