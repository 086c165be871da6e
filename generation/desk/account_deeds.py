"""Pausing, draining and resuming a provider account, and asking a shut one again."""

from typing import Any

from django.http import HttpRequest

from accounts.access import Forbidden, ip_of
from accounts.models import User
from generation.account_states import ask_again, change_state
from generation.choices import ATTEMPT_IN_DOUBT, AttemptState
from generation.desk.reasons import Deed
from generation.models import Attempt
from generation.wording import provider_name
from providers.models import AccountState, ProviderAccount

RUNS_THERE = (*ATTEMPT_IN_DOUBT, AttemptState.ACCEPTED)
DEEDS = {
    AccountState.PAUSED: (
        "Pause providers",
        "Pause",
        "Nothing more is sent there. Planned clips go to their next provider.",
    ),
    AccountState.DRAINING: (
        "Drain providers",
        "Drain",
        "Nothing new is planned there. Clips that were planned for it before are still sent.",
    ),
    AccountState.ACTIVE: ("Resume providers", "Resume", "New clips may go there again."),
}


def superuser(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not user.is_superuser:
        raise Forbidden("Provider accounts serve all workspaces: ask a superuser.")
    return user


def running_at(account: ProviderAccount) -> dict[str, int]:
    """How many clips run there and how many are planned for it."""
    states = (*RUNS_THERE, AttemptState.PLANNED)
    found = Attempt.objects.filter(account=account, state__in=states).values_list(
        "state", flat=True
    )
    waits = sum(state == AttemptState.PLANNED for state in found)
    return {"running": len(found) - waits, "planned": waits}


def _deed(state: AccountState) -> Deed:
    title, button, effect = DEEDS[state]

    def words(request: HttpRequest, account: ProviderAccount) -> str:
        now = running_at(account)
        return (
            f"{effect} {now['running']} running there now are looked after to their end;"
            f" {now['planned']} planned. It is {account.get_state_display().lower()}."
        )

    def do(request: HttpRequest, account: ProviderAccount, told: dict[str, Any]) -> str:
        user = superuser(request)
        reason, ip = told["reason"], ip_of(request)
        changed = change_state(account.pk, state=state, reason=reason, by=user, ip=ip)
        return f"{changed.get_state_display().lower()} from now on."

    name = button.lower()
    return Deed(name=name, title=title, button=button, words=words, do=do)


def _ask_words(request: HttpRequest, account: ProviderAccount) -> str:
    return f"{provider_name(account.provider)}: the next clip is the trial."


def _ask_again(request: HttpRequest, account: ProviderAccount, told: dict[str, Any]) -> str:
    user = superuser(request)
    ask_again(account.pk, reason=told["reason"], by=user, ip=ip_of(request))
    return "the next clip will be the trial."


PAUSE = _deed(AccountState.PAUSED)
DRAIN = _deed(AccountState.DRAINING)
RESUME = _deed(AccountState.ACTIVE)
ASK_AGAIN = Deed(
    name="ask_again",
    title="Ask providers again now",
    button="Ask again now",
    words=_ask_words,
    do=_ask_again,
)
