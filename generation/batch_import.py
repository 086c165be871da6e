"""From a sheet of prompts to a batch: every row checked, then all admitted or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.access import Access
from generation import batches, uploads
from generation.asks import Checker, JobAsk, Refused
from generation.batch_csv import Fault, Row, read_sheet
from generation.batches import Admitted
from providers.types import GenerationMode

MOST_FETCHED = 10


class BadRows(Exception):
    """Rows that cannot be made; nothing was admitted."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class CheckedSheet:
    """The asks of the good rows in order, the faults of the others, and what it would cost."""

    asks: tuple[JobAsk, ...]
    faults: tuple[Fault, ...]
    total: int
    likely_micros: int
    worst_micros: int

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def check_sheet(
    access: Access, content: bytes, *, defaults: JobAsk, use_cost_optimization: bool
) -> CheckedSheet:
    """Everything about a sheet that can be known before money is touched. In no transaction:
    pictures may be fetched from outside. Raises Refused for `file`."""
    sheet = read_sheet(content, defaults=defaults)
    pictures = _Pictures(access)
    checker = Checker(access)
    faults = list(sheet.faults)
    asks, likely, worst = [], 0, 0
    for row in sheet.rows:
        try:
            ask = pictures.at_home(row)
            [tiered] = batches.with_heroes([ask], use_cost_optimization=use_cost_optimization)
            route = checker.check(tiered).route
        except Refused as refused:
            faults.append(_fault(row, refused))
            continue
        asks.append(ask)
        likely += route.likely_micros
        worst += route.worst_micros
    return CheckedSheet(
        asks=tuple(asks),
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
        total=sheet.total,
        likely_micros=likely,
        worst_micros=worst,
    )


def create(
    access: Access,
    sheet: CheckedSheet,
    *,
    use_cost_optimization: bool,
    skip_bad_rows: bool,
    quote_uid: str = "",
    name: str = "",
) -> Admitted:
    """Admit the sheet as a batch. Raises BadRows, unless bad rows are to be skipped and some
    are good; Refused, or BudgetExceeded."""
    if sheet.faults and not (skip_bad_rows and sheet.asks):
        raise BadRows(sheet.faults)
    return batches.create(
        access,
        sheet.asks,
        use_cost_optimization=use_cost_optimization,
        quote_uid=quote_uid,
        name=name,
    )


class _Pictures:
    """The pictures that rows name, each brought home once."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._known: dict[str, str | Refused] = {}
        self._fetched = 0

    def at_home(self, row: Row) -> JobAsk:
        if row.ask.generation_mode != GenerationMode.IMAGE_TO_VIDEO:
            return row.ask
        return replace(
            row.ask,
            picture_uid=self._at_home(row.ask.picture_uid, field="image_path"),
            last_picture_uid=self._at_home(row.ask.last_picture_uid, field="last_image_path"),
        )

    def _at_home(self, path: str, *, field: str) -> str:
        if not path:
            return ""
        if path not in self._known:
            self._known[path] = self._resolved(path)
        found = self._known[path]
        if isinstance(found, Refused):
            raise Refused(found.message, field=field, code=found.code)
        return found

    def _resolved(self, path: str) -> str | Refused:
        outside = path.lower().startswith("https://")
        if outside and self._fetched >= MOST_FETCHED:
            return Refused(
                f"At most {MOST_FETCHED} addresses are fetched for one file. Upload this picture"
                " (POST /api/ai-video/uploads) and write the id that comes back.",
                field="image_path",
                code="too_many_addresses",
            )
        self._fetched += outside
        try:
            return uploads.resolve(self._access, path).uid
        except Refused as refused:
            return refused


def _fault(row: Row, refused: Refused) -> Fault:
    return Fault(row=row.number, column=refused.field, detail=refused.message, code=refused.code)
