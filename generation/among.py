"""`IN` with its words in the statement itself.

SQLite takes an index with a condition only where it reads the condition's own words: for
`state IN (?, ?)` it goes through the whole table instead.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func


class Among(Func):
    """True where a column has one of some words of our own, in the order of the index's."""

    output_field = BooleanField()

    def __init__(self, column: str, words: Sequence[str], **more: Any) -> None:
        told = [str(word) for word in words]
        if not all(word.isidentifier() for word in told):
            raise ValueError(f"These are no words of ours: {told}")
        listed = ", ".join(f"'{word}'" for word in told)
        super().__init__(F(column), template=f"%(expressions)s IN ({listed})", **more)
