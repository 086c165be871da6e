"""The bodies about the price book."""

from generation.api.bodies.budget import Day, Limit
from generation.api.bodies.strict import Body, Text, Whole


class PriceBody(Body):
    offer = Whole(min_value=1, help_text="An offer's id, as the list tells it.")
    price_per_second = Limit(help_text="Dollars.")
    valid_from = Day(help_text="The first day (UTC) on which it holds: today or later.")
    # The metaclass takes declared fields off the class, so Field.source is not in the way.
    source = Text(  # type: ignore[assignment]
        max_length=200, help_text="Where this price is written."
    )


class ReasonBody(Body):
    reason = Text(default="", max_length=200)
