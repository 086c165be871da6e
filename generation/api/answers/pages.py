"""What every list in pages carries besides its rows."""

from typing import TypedDict


class Listed(TypedDict):
    """`next` is the address of the next page, null on the last one."""

    next: str | None
    next_cursor: str | None
