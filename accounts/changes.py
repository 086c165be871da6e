"""Changing fields of a row: what really changes, and whether the row may be so."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.refused import Refused


def put(row: Model, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs on the row, unsaved; its former and its new values, by field.

    Raises Refused if nothing would change.
    """
    new = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not new:
        raise Refused("form", "All of this is so already. Nothing was changed.")
    former = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    return former, new


def check(row: Model, *, exclude: Collection[str] = ()) -> None:
    """Raise Refused for the first field that its model does not take."""
    try:
        row.full_clean(exclude=set(exclude))
    except ValidationError as wrong:
        field, words = next(iter(wrong.message_dict.items()))
        raise Refused(field, " ".join(words)) from wrong
