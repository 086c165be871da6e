"""The form beside a CSV: what holds for every row that says nothing else."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import Access
from generation.api.bodies.clip import QUOTE, Ends, clip_ask
from generation.api.bodies.queries import Count
from generation.api.bodies.strict import Body, OneOf, Text
from generation.asks import RATIOS, JobAsk
from generation.batches import LONGEST_NAME
from providers.registry import ADAPTERS
from providers.types import GenerationMode, Tier


@extend_schema_field({"type": "boolean"})
class FormFlag(OneOf):
    """A form knows texts only: "true" or "false"."""

    def __init__(self, **how: Any) -> None:
        super().__init__(choices=["true", "false"], **how)

    def to_internal_value(self, data: Any) -> Any:
        return bool(super().to_internal_value(data) == "true")


class FormDollars(serializers.DecimalField):
    default_error_messages = {"invalid": "Send an amount in dollars, such as 0.25."}


class ImportForm(Body):
    """Fields of the form besides `file`; a row's own cell goes before them."""

    duration = Count(default=5, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.STANDARD)
    aspect_ratio = OneOf(choices=list(RATIOS), default="16:9")
    provider = OneOf(choices=list(ADAPTERS), default=None)
    enable_fallback = FormFlag(default=True)
    max_cost = FormDollars(
        max_digits=13, decimal_places=6, min_value=Decimal("0.000001"), default=None
    )
    campaign = Text(default="", max_length=200)
    webhook_url = Text(default="", max_length=2000)
    name = Text(default="", max_length=LONGEST_NAME, help_text="What people find the batch by.")
    quote_id = Text(default="", max_length=40, help_text=QUOTE)
    use_cost_optimization = FormFlag(default=True)
    skip_bad_rows = FormFlag(default=False, help_text="Make the good rows and name the others.")
    dry_run = FormFlag(default=False, help_text="Only check and price; nothing is made.")


def default_ask(access: Access, given: dict[str, Any]) -> JobAsk:
    """What a row means that says nothing. Raises Refused for the webhook's address."""
    rest: dict[str, Any] = {
        "mode": GenerationMode.TEXT_TO_VIDEO,
        "negative_prompt": "",
        "style": "",
        "seed": None,
        "priority": 0,
        "metadata": {},
    }
    return clip_ask(access, {**rest, **given}, prompt="", ends=Ends())
