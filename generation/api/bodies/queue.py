"""The bodies of what arranges the queue."""

from generation.api.bodies.strict import Body, OneOf, Text
from generation.pausing import LONGEST_REASON


class PauseBody(Body):
    reason = Text(
        default="", max_length=LONGEST_REASON, help_text="Why, for those who wonder why it waits."
    )


class PrioritiseBody(Body):
    to = OneOf(
        choices=["front", "up", "normal"],
        default="front",
        help_text="The front of the hot lane, one place up, or its own place again.",
    )
