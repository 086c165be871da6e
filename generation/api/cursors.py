"""Long lists in pages: newest first, continued after the last row seen, never by an offset."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet

from generation.asks import Refused

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Rows by descending id; `cursor` continues after them and is empty on the last page."""

    rows: list[Row]
    cursor: str


def page(rows: QuerySet[Row], *, cursor: str, limit: int) -> Page[Row]:
    """The page after `cursor`, or the first. One query whatever the depth."""
    if cursor:
        rows = rows.filter(pk__lt=_position(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    more = len(found) > limit
    kept = found[:limit]
    return Page(rows=kept, cursor=_cursor(kept[-1].pk) if more else "")


def next_address(path: str, *, query: dict[str, Any], cursor: str) -> str | None:
    """The same list with the same filters, continued; None on the last page."""
    if not cursor:
        return None
    return f"{path}?{urlencode({**query, 'cursor': cursor})}"


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(f"after:{pk}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        word, _, number = said.partition(":")
        position = int(number) if word == "after" and number.isascii() else -1
    except (binascii.Error, ValueError):
        position = -1
    if not 0 <= position < 2**63:
        raise Refused("Send the cursor exactly as it came.", field="cursor")
    return position
