"""The small bodies, and the queries of the reading endpoints."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from generation.api.bodies.strict import Body, OneOf, Text, read
from generation.asks import LONGEST, SHORTEST
from generation.choices import JobState
from providers.registry import ADAPTERS
from providers.types import GenerationMode, Tier

MOST_ROWS = 100
ROWS = 50


class Nothing(Body):
    """A body without any field."""


class PromoteBody(Body):
    """Without `quality` the next tier up is taken."""

    quality = OneOf(choices=list(Tier), default=None)


class UrlBody(Body):
    """A picture to fetch from outside."""

    url = Text(max_length=2000, help_text="The https address of a JPEG, PNG or WebP picture.")


class Count(serializers.IntegerField):
    """A whole number in an address, where everything is text."""

    default_error_messages = {"invalid": "Send a whole number."}


class EstimateQuery(Body):
    duration = Count(default=5, help_text=f"Whole seconds, {SHORTEST} to {LONGEST}.")
    quality = OneOf(choices=list(Tier), default=Tier.STANDARD)
    provider = OneOf(choices=list(ADAPTERS), default=None)
    mode = OneOf(choices=list(GenerationMode), default=GenerationMode.TEXT_TO_VIDEO)


class PageQuery(Body):
    cursor = Text(default="", max_length=60, help_text="As given by the page before.")
    limit = Count(default=ROWS, min_value=1, max_value=MOST_ROWS)


class Moment(serializers.DateTimeField):
    default_error_messages = {"invalid": "Send a time such as 2026-11-22T09:30:00Z."}


class JobsQuery(PageQuery):
    state = OneOf(choices=JobState.values, default=None)
    tier = OneOf(choices=list(Tier), default=None)
    provider = OneOf(choices=list(ADAPTERS), default=None, help_text="Tried for this job.")
    batch = Text(default="", max_length=32, help_text="A batch's id.")
    campaign = Text(default="", max_length=200, help_text="A campaign's id or name.")
    created_after = Moment(default=None)
    created_before = Moment(default=None)
    q = Text(default="", max_length=200, help_text="How the job's id or prompt begins.")


def read_query(shape: type[Body], query: QueryDict) -> dict[str, Any]:
    """The typed values of an address's query. Raises ValidationError, for repeated names too."""
    twice = [name for name, values in query.lists() if len(values) > 1]
    if twice:
        said = ErrorDetail("Send this once.", code="repeated")
        raise ValidationError({name: [said] for name in twice})
    given: Mapping[str, object] = {name: value for name, value in query.items() if value != ""}
    return read(shape, given)
