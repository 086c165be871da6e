"""Lists and small values that several bodies share, and the queries of lists."""

from typing import Any

from rest_framework import serializers

from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import OneOf, Text


class Texts(serializers.ListField):
    """A list of texts; how many and how long they may be is said where it is refused."""

    default_error_messages = {"not_a_list": 'Send a list of texts, such as ["a", "b"].'}
    child = Text(max_length=5000)

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=200, **how)


class ArchivedQuery(PageQuery):
    archived = OneOf(
        choices=["true", "false"], default="false", help_text="Those that were put away."
    )


class OfClientQuery(ArchivedQuery):
    client = Text(default="", max_length=64, help_text="A client's id.")
