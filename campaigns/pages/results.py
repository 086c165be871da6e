"""Results: what the takes did as ads, who wins and how sure that is, and what factors did."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from campaigns.models import Campaign
from campaigns.pages.door import campaign_or_404
from campaigns.winners.effects import Effect
from campaigns.winners.importing import BadResults, Imported, import_results
from campaigns.winners.report import Report, ShotResult, TakeResult, placements, report
from campaigns.winners.results_csv import COLUMNS, MOST_BYTES, Fault
from campaigns.winners.verdicts import LOSS_SHARE, SURE, TERMS, Measure, Ruling, percent
from generation.pages.door import page


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One take on the chart: where its range begins and how wide it is, in percent of the
    widest scale, and where its rate lies."""

    take: TakeResult
    rate: str
    best: str
    leads: bool
    left: str
    width: str
    dot: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One shot by one measure."""

    name: str
    ruling: Ruling
    bars: tuple[Bar, ...]
    scale: str
    doubts: str


@dataclass(frozen=True, kw_only=True)
class ShotView:
    result: ShotResult
    number: int
    charts: tuple[Chart, ...]


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    factor: str
    value: str
    won: int
    compared: int
    rate_words: str
    best_words: str


@page("campaigns:read")
def results(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`placement` in the address narrows it down."""
    return _show(request, campaign_or_404(access, uid))


@page("campaigns:write", methods=("POST",))
def results_import(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """A file, or rows typed into the field. All rows or none."""
    campaign = campaign_or_404(access, uid)
    sent = request.FILES.get("file")
    typed = request.POST.get("rows", "")
    if sent is not None and (sent.size or 0) > MOST_BYTES:
        fault = Fault(row=1, column="file", detail="The file is too large. Split it by days.")
        return _show(request, campaign, status=422, faults=(fault,))
    content = sent.read() if sent is not None else typed.encode()
    name = (sent.name or "") if sent is not None else "typed"
    try:
        done = import_results(access, campaign, content, source=name[:200])
    except BadResults as bad:
        return _show(request, campaign, status=422, faults=bad.faults, typed=typed)
    messages.success(request, _said(done))
    return redirect("campaigns:results", uid=campaign.uid)


def _said(done: Imported) -> str:
    if not done.added and not done.changed:
        return f"All {done.unchanged} rows were there already. Nothing was changed."
    return (
        f"{done.added} rows are new, {done.changed} were replaced, {done.unchanged} were the same."
    )


def _show(
    request: HttpRequest, campaign: Campaign, *, status: int = 200, **more: Any
) -> HttpResponse:
    known = placements(campaign)
    placement = request.GET.get("placement", "")
    placement = placement if placement in known else ""
    told = report(campaign, placement=placement)
    context = {
        "campaign": campaign,
        "here": reverse("campaigns:results", args=[campaign.uid]),
        "mode_next": reverse("campaigns:campaigns"),
        "report": told,
        "shots": [_shot(one) for one in told.shots],
        "effects": _effects(told),
        "placements": [name for name in known if name],
        "placement": placement,
        "columns": ", ".join(COLUMNS),
        "rules": _rules(),
        **more,
    }
    return render(request, "campaigns/results.html", context, status=status)


def _shot(one: ShotResult) -> ShotView:
    charts = [_chart(one, ruling) for ruling in one.rulings.values() if ruling]
    return ShotView(
        result=one,
        number=one.shot.position,
        charts=tuple(charts),
    )


def _chart(one: ShotResult, ruling: Ruling) -> Chart:
    """Ranges of 95 % on one scale that begins at nothing."""
    top = max(chance.high for chance in ruling.chances) or 1.0
    bars = []
    for at, (take, chance) in enumerate(zip(one.takes, ruling.chances, strict=True)):
        successes, trials = take.counts(ruling.measure)
        rate = successes / trials if trials else 0.0
        bars.append(
            Bar(
                take=take,
                rate=_rate(rate) if trials else "",
                best=percent(chance.best),
                leads=at == ruling.leader,
                left=f"{100 * chance.low / top:.2f}%",
                width=f"{max(0.5, 100 * (chance.high - chance.low) / top):.2f}%",
                dot=f"{100 * min(rate, top) / top:.2f}%",
            )
        )
    return Chart(
        name=TERMS[ruling.measure].name.capitalize(),
        ruling=ruling,
        bars=tuple(bars),
        scale=_rate(top),
        doubts=_doubts(ruling),
    )


def _doubts(ruling: Ruling) -> str:
    """How much the figure depends on what one believes and on single days."""
    said = f"For somebody who expects all takes to be alike it is {percent(ruling.under_doubt)}"
    if ruling.without_best_day is None:
        return f"{said}."
    return f"{said}; without its best day {percent(ruling.without_best_day)}."


def _effects(told: Report) -> list[tuple[str, list[EffectRow]]]:
    return [
        (TERMS[measure].name.capitalize(), [_effect(one) for one in found])
        for measure, found in told.effects.items()
        if found
    ]


def _effect(one: Effect) -> EffectRow:
    return EffectRow(
        factor=one.factor,
        value=one.value,
        won=one.won,
        compared=one.compared,
        rate_words=_rate(one.rate),
        best_words=percent(one.best),
    )


def _rate(share: float) -> str:
    return f"{share * 100:.2f} %"


def _rules() -> str:
    clicks, bought = TERMS[Measure.CLICKS], TERMS[Measure.CONVERSIONS]
    return (
        f"A winner is called when it is better than the others with {percent(SURE)} or more, when"
        f" choosing it gives up less than {percent(LOSS_SHARE)} of its rate on average, and not"
        f" before each take has {clicks.least_trials:,} impressions (for conversion"
        f" {bought.least_trials:,} clicks) and the leader {clicks.least_successes} clicks or"
        " conversions. Each rate is judged from a flat prior, by exact integration."
    )
