"""Who makes our footage: each provider's account, its offers, and the order they are tried in."""

from datetime import UTC
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access, Forbidden, require
from accounts.door import person
from accounts.models import User
from generation import clock, trials
from generation.account_states import change_state
from generation.asks import Refused
from generation.pages.door import page
from generation.pages.provider_rows import day_rows, provider_cards
from generation.price_changes import editor
from generation.provider_days import days_of
from generation.slot_limits import change_slots
from generation.slots import slots_by_model
from generation.tier_orders import change_order, tier_orders
from generation.track_record import NEWEST, at_work, lately
from generation.wording import provider_name
from providers.market import market
from providers.models import AccountState, ProviderAccount
from providers.types import Tier

DAYS_SHOWN = 14
DEEDS = {
    "pause": AccountState.PAUSED,
    "drain": AccountState.DRAINING,
    "resume": AccountState.ACTIVE,
}


@page("jobs:read")
def providers(request: HttpRequest, access: Access) -> HttpResponse:
    return _show(request, access)


@page("jobs:read", methods=("POST",))
def provider_state(request: HttpRequest, access: Access, provider: str) -> HttpResponse:
    """`deed` is pause, drain or resume, with a reason."""
    user = _steward(request, access)
    account = _account_or_404(access, provider)
    deed = request.POST.get("deed", "")
    reason = request.POST.get("reason", "")[:400]
    if deed not in DEEDS:
        return _show(request, access, status=422, wrong={provider: "Choose one of the buttons."})
    try:
        done = change_state(account.pk, state=DEEDS[deed], reason=reason, by=user, ip=access.ip)
    except Refused as refused:
        wrong = {provider: refused.message}
        return _show(request, access, status=422, wrong=wrong, typed={provider: reason})
    messages.info(request, f"{provider_name(provider)}: {done.get_state_display().lower()}.")
    return redirect("generation:providers")


@page("jobs:read", methods=("POST",))
def provider_slots(request: HttpRequest, access: Access, provider: str) -> HttpResponse:
    """`slots` of the account, or of one `model` of it, with a reason."""
    user = _steward(request, access)
    account = _account_or_404(access, provider)
    sent = {name: request.POST.get(name, "")[:400] for name in ("model", "slots", "reason")}
    try:
        change_slots(account.pk, by=user, ip=access.ip, **sent)
    except Refused as refused:
        return _show(request, access, status=422, wrong_slots={provider: refused.message})
    messages.info(request, f"{provider_name(provider)}: the slots are as you set them.")
    return redirect("generation:providers")


@page("jobs:read", methods=("POST",))
def provider_test(request: HttpRequest, access: Access, provider: str) -> HttpResponse:
    """One free call, now; what it proves counts for the circuit as any other would."""
    _steward(request, access)
    failure = trials.try_now(_account_or_404(access, provider).pk)
    name = provider_name(provider)
    if failure is None:
        messages.success(request, f"{name} answered: key and service are good. It cost nothing.")
    else:
        messages.error(request, f"{name} did not pass: {failure.reason.rstrip('.')}.")
    return redirect("generation:providers")


@page("prices:write", methods=("POST",))
def tier_order(request: HttpRequest, access: Access, tier: str) -> HttpResponse:
    """`order` is a list of entries with commas between them, with a reason."""
    if tier not in set(Tier):
        raise Http404("There is no such tier.")
    order, reason = request.POST.get("order", "")[:600], request.POST.get("reason", "")[:400]
    trade = market(access.mode, now=clock.now())
    try:
        change_order(access, Tier(tier), order, reason=reason, trade=trade)
    except Refused as refused:
        typed = {"tier": tier, "order": order, "reason": reason}
        return _show(request, access, status=422, wrong={"tier": refused.message}, typed=typed)
    messages.info(request, f"{tier.capitalize()}: new clips are tried in the new order.")
    return redirect("generation:providers")


def _show(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    mode = access.mode
    trade = market(mode, now=clock.now())
    accounts = {row.provider: row for row in ProviderAccount.objects.filter(mode=mode)}
    record, busy = lately(mode), at_work(mode)
    today = clock.now().astimezone(UTC).date()
    days = day_rows(days_of(mode, days=DAYS_SHOWN), until=today, days=DAYS_SHOWN)
    context = {
        "cards": provider_cards(
            trade,
            accounts=accounts,
            record=record,
            busy=busy,
            days=days,
            slots=slots_by_model(mode),
        ),
        "tiers": tier_orders(trade),
        "catalogue": trade.catalogue.name,
        "newest": NEWEST,
        "may_steer": _may_steer(request, access),
        "may_order": editor(access) is not None,
        "wrong": {},
        "wrong_slots": {},
        "typed": {},
        **more,
    }
    return render(request, "generation/providers.html", context, status=status)


def _may_steer(request: HttpRequest, access: Access) -> bool:
    return person(request).is_superuser and access.may("prices:write")


def _steward(request: HttpRequest, access: Access) -> User:
    """Provider accounts serve all workspaces. Raises Forbidden for whom they are not."""
    require(access, "prices:write")
    user = person(request)
    if not user.is_superuser:
        raise Forbidden("Provider accounts serve all workspaces: ask a superuser.")
    return user


def _account_or_404(access: Access, provider: str) -> ProviderAccount:
    account = ProviderAccount.objects.filter(mode=access.mode, provider=provider).first()
    if account is None:
        raise Http404("There is no account at such a provider in this mode.")
    return account
