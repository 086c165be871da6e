"""From a moment to a primary key, without an index on time: ids grow with it.

The first id of a day is found by halving, some twenty looks at the primary key, and the day is
then a stretch of ids.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet


def first_id_at(rows: QuerySet[Any, Any], moment: datetime, *, field: str = "created_at") -> int:
    """The lowest number below which every row came before `moment`, by its `field`."""
    by_id = rows.order_by("pk").values_list("pk", field)
    low, high = 0, (rows.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = by_id.filter(pk__gte=middle).first()
        if found is None or found[1] >= moment:
            high = middle
        else:
            low = found[0] + 1
    return low
