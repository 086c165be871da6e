"""Lists that never count: one page of the newest rows, then the page before its last id.

A filter that fits few rows would read a whole table to fill one page. So a page looks through
the newest REACH rows at most, and then offers to look further back.
"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

BEFORE = "before"
REACH = 100_000
LARGEST = 2**63 - 1
# What an index answers at once, whatever else is asked.
CHEAP = frozenset({"day", "subject"})


class KeysetList(ChangeList):  # type: ignore[misc]
    """`older` is the id to go on below, or None at the end; `stopped` says that REACH ended it."""

    older: int | None = None
    stopped = False
    newer = False

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        kept: dict[str, Any] = super().get_filters_params(params)
        kept.pop(BEFORE, None)
        return kept

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        before = _whole(request.GET.get(BEFORE, ""))
        self.newer = before is not None
        rows = self.queryset if before is None else self.queryset.filter(pk__lt=before)
        floor = self._floor(before)
        within_reach = rows.filter(pk__gt=floor) if floor else rows
        short = within_reach.defer(*self.model_admin.unlisted)
        found = list(short[: self.list_per_page + 1])
        page = found[: self.list_per_page]
        if len(found) > len(page):
            self.older = page[-1].pk
        elif floor:
            self.older, self.stopped = floor + 1, True
        self.result_list = page
        self.result_count = len(page)
        # As many as are shown: Unfold then says nothing of a total that nobody has counted.
        self.full_result_count = len(page)
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(page, self.list_per_page)

    def older_url(self) -> str:
        return str(self.get_query_string({BEFORE: self.older}))

    def newest_url(self) -> str:
        return str(self.get_query_string(remove=[BEFORE]))

    def _floor(self, before: int | None) -> int:
        """The id above which this page looks; 0 where an index makes the question cheap."""
        asked = {name for name in self.params if name != BEFORE} - {"mode__exact"}
        cheap = any(name in CHEAP or name.endswith("__id__exact") for name in asked)
        if self.query or cheap or not asked:
            return 0
        if before is None:
            newest = self.model._default_manager.order_by("-pk").values_list("pk", flat=True)
            before = (newest.first() or 0) + 1
        return max(before - 1 - REACH, 0)


def _whole(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    return min(int(text), LARGEST)
