"""The gaps of a template: what may fill them, and how a value is made clean. Free of Django."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
HEX = re.compile(r"#[0-9A-Fa-f]{6}")
# Everything that is no letter of a line: controls, line ends, directions, lone surrogates.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST_DIGITS = 9
LONGEST_VALUE = 300
LONGEST_LABEL = 60
LONGEST_CHOICE = 120
MOST_CHOICES = 20


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    PRODUCT = "product"
    COLOUR = "colour"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One gap. `default` and `choices` are clean values; only a choice has choices."""

    name: str
    type: Kind = Kind.TEXT
    label: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "type": self.type.value,
            "label": self.label,
            "default": self.default,
            "choices": list(self.choices),
            "required": self.required,
        }


class BadValue(Exception):
    """A value that cannot stand in a prompt; the words say what to do."""


def variable_from(told: Mapping[str, Any]) -> Variable:
    """What `as_json` told."""
    return Variable(
        name=str(told["name"]),
        type=Kind(str(told["type"])),
        label=str(told["label"]),
        default=str(told["default"]),
        choices=tuple(told["choices"]),
        required=bool(told["required"]),
    )


def clean(variable: Variable, value: str) -> str:
    """The value as it stands in a prompt: one line, one spelling. Raises BadValue.

    An empty value is clean; whether there must be one is the rendering's business.
    """
    said = _line(value)
    if not said:
        return ""
    if variable.type is Kind.CHOICE and said not in variable.choices:
        raise BadValue(f"Choose one of {', '.join(variable.choices)}.")
    if variable.type is Kind.NUMBER:
        return _number(said)
    if variable.type is Kind.COLOUR and said.startswith("#"):
        return _colour(said)
    return said


def _line(value: str) -> str:
    said = unicodedata.normalize("NFC", " ".join(value.split()))
    if UNSEEN.search(said):
        raise BadValue("Remove the control characters.")
    if len(said) > LONGEST_VALUE:
        raise BadValue(f"Keep it to {LONGEST_VALUE} characters; these are {len(said)}.")
    return said


def _number(said: str) -> str:
    try:
        number = Decimal(said)
    except InvalidOperation:
        number = Decimal("NaN")
    digits = len(said.strip("+-").replace(".", ""))
    if not number.is_finite() or "e" in said.lower() or digits > MOST_DIGITS:
        raise BadValue(f"Write a number of up to {MOST_DIGITS} digits, such as 3 or 2.5.")
    return f"{number:f}"


def _colour(said: str) -> str:
    if not HEX.fullmatch(said):
        raise BadValue("Write a colour in words, or as #RRGGBB, such as #FFB224.")
    return said.upper()
