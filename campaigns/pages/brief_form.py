"""The form of a brief: what was typed, kept as text, and the brief that it means."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.http import QueryDict

from campaigns.briefs import BriefFields
from campaigns.pages.typed import claims_told, claims_typed, lines_told, lines_typed
from generation.asks import Refused
from generation.pages.budget_form import plain_dollars
from generation.pages.form import Wrong
from generation.pages.money_form import micros_typed, optional_day, whole_typed

Value = TypeVar("Value")
LONGEST_TYPED = 120_000
TEXTS = ("goal", "audience", "message", "ratio", "tier", "style")
LISTS = ("must", "never", "markets", "placements", "scenes")
NUMBERS = ("b_roll_count", "total_seconds", "rounds")
# Where the brief's own names differ from the form's.
FIELDS = {"aspect_ratio": "ratio", "quality": "tier"}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The fields as text, so that nothing typed is ever lost. `products` are ids."""

    goal: str = ""
    audience: str = ""
    message: str = ""
    must: str = ""
    never: str = ""
    claims: str = ""
    products: tuple[str, ...] = ()
    markets: str = ""
    placements: str = ""
    scenes: str = ""
    b_roll_count: str = ""
    transition_count: str = ""
    with_hook: bool = False
    with_end_card: bool = False
    total_seconds: str = ""
    ratio: str = ""
    tier: str = ""
    style: str = ""
    rounds: str = ""
    deadline: str = ""
    budget: str = ""
    version: str = ""


def typed_of(fields: BriefFields, *, version: int) -> Typed:
    """The form filled with the brief as it stands."""
    amount = fields.budget_micros
    return Typed(
        **{name: getattr(fields, name) for name in TEXTS},
        **{name: lines_told(getattr(fields, name)) for name in LISTS},
        **{name: _number(getattr(fields, name)) for name in NUMBERS},
        transition_count=_number(fields.transition_count or None),
        claims=claims_told(fields.claims),
        products=fields.products,
        with_hook=fields.with_hook,
        with_end_card=fields.with_end_card,
        deadline=fields.deadline.isoformat() if fields.deadline else "",
        budget="" if amount is None else plain_dollars(amount),
        version=str(version),
    )


def typed_from(data: QueryDict) -> Typed:
    """What a browser sent."""
    texts = set(Typed.__dataclass_fields__) - {"products", "with_hook", "with_end_card"}
    return Typed(
        **{name: data.get(name, "")[:LONGEST_TYPED] for name in texts},
        products=tuple(data.getlist("products"))[:100],
        with_hook="with_hook" in data,
        with_end_card="with_end_card" in data,
    )


def read(typed: Typed) -> BriefFields:
    """The brief that was typed. Raises Wrong with every field at fault."""
    errors: dict[str, str] = {}

    def told(field: str, how: Callable[[], Value]) -> Value | None:
        try:
            return how()
        except Refused as refused:
            errors[field] = refused.message
            return None

    numbers: dict[str, Any] = {
        name: told(name, partial(_whole, typed, name)) for name in (*NUMBERS, "transition_count")
    }
    deadline = told("deadline", lambda: optional_day(typed.deadline, field="deadline"))
    budget = told("budget", lambda: _amount(typed.budget))
    if errors:
        raise Wrong(errors)
    lists: dict[str, Any] = {name: lines_typed(getattr(typed, name)) for name in LISTS}
    numbers["transition_count"] = numbers["transition_count"] or 0
    return BriefFields(
        **{name: getattr(typed, name) for name in TEXTS},
        **lists,
        **numbers,
        claims=claims_typed(typed.claims),
        products=typed.products,
        with_hook=typed.with_hook,
        with_end_card=typed.with_end_card,
        deadline=deadline,
        budget_micros=budget,
    )


def version_of(typed: Typed) -> int:
    """The version that was read; 0, which never stands, where it is none."""
    text = typed.version
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def wrong_of(refused: Refused) -> Wrong:
    """A refusal at the form's own field."""
    return Wrong({FIELDS.get(refused.field, refused.field): refused.message})


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _whole(typed: Typed, field: str) -> int | None:
    text: str = getattr(typed, field).strip()
    return whole_typed(text, field=field) if text else None


def _amount(text: str) -> int | None:
    return micros_typed(text, field="budget") if text.strip() else None
