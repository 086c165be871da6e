"""The form for many prompts at once: what was typed or sent as a sheet, and the asks it means."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from accounts.access import Access
from generation import batches, centres
from generation.asks import Checker, JobAsk, Refused
from generation.batch_csv import MOST_BYTES
from generation.batch_import import CheckedSheet, check_sheet
from generation.batches import LONGEST_NAME, MOST
from generation.models import CostCentre
from generation.money.budget_hits import Hit, hits
from generation.pages.form import Typed, Wrong, read, typed_from, wrong_field
from generation.pages.survey import draw_of
from providers.catalogue_file import PROVIDERS

STAND_IN = "To come"  # the terms are read before there is any prompt


@dataclass(frozen=True, kw_only=True)
class Many:
    """The form's fields as text; `terms` are those of one clip and hold for all."""

    terms: Typed
    prompts: str = ""
    name: str = ""
    raise_heroes: bool = True
    skip_bad_rows: bool = False

    @property
    def lines(self) -> list[str]:
        """One prompt a line; empty lines are none."""
        return [line.strip() for line in self.prompts.splitlines() if line.strip()]


@dataclass(frozen=True, kw_only=True)
class ManyPrice:
    """What the whole list costs: micro-dollars, likely and at most, and who makes how many."""

    clips: int
    likely_micros: int
    worst_micros: int
    makers: tuple[tuple[str, int, int], ...]
    heroes: int
    budgets: tuple[Hit, ...] = ()


def many_from(data: QueryDict) -> Many:
    """What a browser sent; a switch says itself whether it was on the page."""
    fresh = "switches_shown" not in data
    return Many(
        terms=typed_from(data),
        prompts=data.get("prompts", ""),
        name=data.get("name", "")[:LONGEST_NAME],
        raise_heroes=fresh or "raise_heroes" in data,
        skip_bad_rows="skip_bad_rows" in data,
    )


def base_ask(many: Many) -> JobAsk:
    """The ask of one clip without its prompt. Raises Wrong with every field at fault."""
    if many.terms.provider and many.terms.provider not in PROVIDERS:
        raise Wrong({"provider": "Choose one of the providers, or leave it to the tier."})
    terms = replace(many.terms, prompt=STAND_IN, mode="text_to_video", picture="")
    return replace(read(terms), prompt="")


def untouched_ask() -> JobAsk:
    """What the form means before anything is chosen, for prices beside a mistake."""
    return read(Typed(prompt=STAND_IN))


def asks_of(many: Many) -> list[JobAsk]:
    """One ask a line. Raises Wrong."""
    ask = base_ask(many)
    if not many.lines:
        raise Wrong({"prompts": "Write one prompt a line, or choose a CSV."})
    if len(many.lines) > MOST:
        raise Wrong({"prompts": f"These are {len(many.lines):,} prompts; at most {MOST:,} go."})
    return [replace(ask, prompt=line) for line in many.lines]


def price_of(access: Access, asks: Sequence[JobAsk], *, raise_heroes: bool) -> ManyPrice:
    """The list priced as it would be admitted. Raises Refused."""
    tiered = batches.with_heroes(asks, use_cost_optimization=raise_heroes)
    checker = Checker(access)
    routes = [checker.route(ask) for ask in tiered]
    makers: dict[str, tuple[int, int]] = {}
    for route in routes:
        count, micros = makers.get(route.legs[0].provider, (0, 0))
        makers[route.legs[0].provider] = (count + 1, micros + route.likely_micros)
    draw = draw_of(routes)
    return ManyPrice(
        clips=len(asks),
        likely_micros=draw.likely_micros,
        worst_micros=draw.worst_micros,
        makers=tuple((name, count, micros) for name, (count, micros) in makers.items()),
        heroes=sum(before.tier != after.tier for before, after in zip(asks, tiered, strict=True)),
        budgets=tuple(hits(access, _centre(access, asks[0]), draw)),
    )


def _centre(access: Access, ask: JobAsk) -> CostCentre | None:
    try:
        return centres.find(access, campaign=ask.campaign, client=ask.client)
    except centres.NoSuchCentre as none:
        raise Refused(str(none), field=none.field, code="not_found") from none


def sheet_of(request: HttpRequest, access: Access, many: Many) -> CheckedSheet | None:
    """The chosen CSV, checked row by row; None where none was chosen. Raises Wrong."""
    sent = request.FILES.get("file")
    if sent is None:
        return None
    ask = base_ask(many)
    try:
        return check_sheet(
            access, _content(sent), defaults=ask, use_cost_optimization=many.raise_heroes
        )
    except Refused as refused:
        raise wrong_field(refused) from refused


def fingerprint_of(request: HttpRequest) -> str:
    """What stands for the chosen file where two sendings of the form are compared."""
    sent = request.FILES.get("file")
    return hashlib.sha256(_content(sent)).hexdigest() if sent else ""


def _content(sent: "UploadedFile[bytes]") -> bytes:
    if (sent.size or 0) > MOST_BYTES:
        raise Wrong({"file": f"Send a file of at most {MOST_BYTES // 1_000_000} MB."})
    sent.seek(0)
    content: bytes = sent.read()
    return content
