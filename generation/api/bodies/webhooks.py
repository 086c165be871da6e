"""The bodies and queries of the webhooks' endpoints."""

from typing import Any

from rest_framework import serializers

from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, Flag, OneOf, Text, Whole
from generation.notices.endpoints import LONGEST_DESCRIPTION, OVERLAP_HOURS, EndpointAsk
from generation.notices.kinds import ANY, KINDS

ALL_STATES = ("waiting", "delivered", "failed")


class Events(serializers.ListField):
    child = OneOf(choices=[ANY, *KINDS])
    default_error_messages = {"not_a_list": 'Send a list, such as ["job.completed"].'}

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=len(KINDS) + 1, **how)


class EndpointBody(Body):
    url = Text(max_length=2000, help_text="A public https address on port 443 or 8443.")
    events = Events(default=None, help_text="What it wants to hear; all of it if left out.")
    description = Text(default="", max_length=LONGEST_DESCRIPTION)


class EndpointChangeBody(Body):
    url = Text(required=False, max_length=2000)
    events = Events(required=False, help_text='["*"] for all of them.')
    description = Text(required=False, max_length=LONGEST_DESCRIPTION)
    enabled = Flag(required=False, help_text="false switches it off; true forgets its failures.")


class RotateBody(Body):
    overlap_hours = Whole(
        default=OVERLAP_HOURS,
        min_value=0,
        max_value=OVERLAP_HOURS,
        help_text="For how long the secret so far signs too; 0 ends every former one at once.",
    )


class DeliveriesQuery(PageQuery):
    state = OneOf(choices=ALL_STATES, default=None)


def endpoint_ask(given: dict[str, Any]) -> EndpointAsk:
    """The endpoint that a body asks for."""
    chosen = {} if given["events"] is None else {"events": given["events"]}
    return EndpointAsk(url=given["url"], description=given["description"], **chosen)
