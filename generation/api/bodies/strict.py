"""Fields that take exactly their own type, and bodies that refuse what they do not know."""

import difflib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

MOST_PAIRS = 50
LONGEST_NAME, LONGEST_VALUE = 64, 500
PAIRS_SCHEMA = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 50}


class WholeCharacters(ProhibitSurrogateCharactersValidator):
    """Half a character is refused. Looking at each of a thousand texts' characters takes longer
    than all else about them, so only a text that cannot be encoded is looked at."""

    def __call__(self, value: Any) -> None:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            super().__call__(value)


class Text(serializers.CharField):
    """A string, kept as it is. A number is no string."""

    default_error_messages = {"invalid": "Send a text.", "required": "This field is missing."}

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "allow_blank": True, **how})
        self.validators = [
            WholeCharacters() if type(one) is ProhibitSurrogateCharactersValidator else one
            for one in self.validators
        ]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A JSON integer; "5", 5.5 and true are none."""

    default_error_messages = {"invalid": "Send a whole number, without quotes."}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false and nothing that resembles them."""

    default_error_messages = {"invalid": "Send true or false, without quotes."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class OneOf(serializers.ChoiceField):
    """One of a few words, all named in the refusal."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(str(choice) for choice in self.choices)
            raise ValidationError(f"Choose one of {words}.", code="invalid_choice")
        return data


class Dollars(serializers.DecimalField):
    """An amount of money above nothing, to the micro-dollar."""

    default_error_messages = {
        "invalid": "Send an amount in dollars, such as 0.25.",
        "min_value": "Send an amount above 0.",
    }

    def __init__(self, **how: Any) -> None:
        least = Decimal("0.000001")
        super().__init__(max_digits=13, decimal_places=6, min_value=least, **how)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(PAIRS_SCHEMA)
class Pairs(serializers.DictField):
    """Names and texts of the caller's own, given back with the job."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict):
            raise ValidationError('Send an object of texts, such as {"order": "A-17"}.')
        if len(data) > MOST_PAIRS:
            raise ValidationError(f"Keep it to {MOST_PAIRS} pairs; these are {len(data)}.")
        for name, value in data.items():
            _check_pair(name, value)
        return dict(data)


def _check_pair(name: str, value: Any) -> None:
    shown = name[:LONGEST_NAME]
    if not 1 <= len(name) <= LONGEST_NAME or "\x00" in name:
        raise ValidationError(f"The name “{shown}” must have 1 to {LONGEST_NAME} characters.")
    if not isinstance(value, str):
        raise ValidationError(f"The value of “{shown}” must be a text, in quotes.")
    if len(value) > LONGEST_VALUE or "\x00" in value:
        raise ValidationError(f"Keep the value of “{shown}” under {LONGEST_VALUE + 1} characters.")


class Body(serializers.Serializer[Any]):
    """A request's fields. Unknown ones are refused by name; null means "not given"."""

    default_error_messages = {"invalid": "Send a JSON object."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError({"non_field_errors": [ErrorDetail("Send a JSON object.")]})
        unknown = {name: [_unknown(name, self.fields)] for name in data if name not in self.fields}
        if unknown:
            raise ValidationError(unknown)
        given = {name: value for name, value in data.items() if value is not None}
        return super().to_internal_value(given)


def _unknown(name: str, known: Mapping[str, Any]) -> ErrorDetail:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    hint = f" Did you mean {close[0]}?" if close else f" Known are {', '.join(known)}."
    return ErrorDetail(f"Unknown field.{hint}", code="unknown_field")


def read(shape: type[Body], data: Any) -> dict[str, Any]:
    """The typed values of a body or a query. Raises ValidationError, naming every fault."""
    body = shape(data=data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    return values
