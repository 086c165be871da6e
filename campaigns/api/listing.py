"""Pages of a list, as every list of campaigns, clients and products answers them."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from generation.api.answers.pages import Listed
from generation.api.cursors import next_address, page

Row = TypeVar("Row", bound=Model)


def paged(request: Request, rows: QuerySet[Row], given: dict[str, Any]) -> tuple[list[Row], Listed]:
    """The rows of the page that was asked for, and where the next one is."""
    found = page(rows, cursor=given["cursor"], limit=given["limit"])
    query = dict(request.query_params.items())
    address = next_address(request.path, query=query, cursor=found.cursor)
    return found.rows, {"next": address, "next_cursor": found.cursor or None}
