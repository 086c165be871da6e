"""The start page of the back desk: what to look at first, each with a link to the next question."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.access import SESSION_MODE
from accounts.models import Mode
from generation import clock
from generation.choices import JobState
from generation.desk import start_figures as figures
from generation.desk.registers import list_url
from generation.desk.rooms import rooms_of
from generation.desk.start_figures import Answered, Realm
from generation.models import Attempt, MoneyCheck
from generation.money.invariants import INVARIANTS
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.health import usable
from providers.micros import dollars
from providers.models import ProviderAccount

TABLE_DAYS = 7
LATE_SECONDS = 60
STALE_CHECK = timedelta(minutes=25)


@dataclass(frozen=True, kw_only=True)
class Day:
    """A bar: `height` is its share of the highest in percent."""

    day: date
    micros: int
    height: float
    url: str
    cells: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Health:
    """`tone` is good, wait or bad; `now` says why nothing new goes there, or that it does."""

    name: str
    tone: str
    now: str
    last: str
    last_url: str
    times: figures.Times | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list: words, a figure, a longer explanation and where to look next."""

    words: str
    figure: str
    more: str
    url: str
    tone: str = ""


def context_of(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK: the page's own variables beside those of every page."""
    realm = Realm(mode=_mode(request), rooms=rooms_of(request))
    now = clock.now()
    today = now.astimezone(UTC).date()
    attempts = figures.newest_attempts(realm, now=now)
    days = _days(realm, today=today)
    return {
        **context,
        "title": "Back desk",
        "mode": realm.mode,
        "modes": [(mode.value, mode.label) for mode in Mode],
        "days": days,
        "table": list(reversed(days[-TABLE_DAYS:])),
        "providers": [provider_name(name) for name in PROVIDERS],
        "spent": sum(day.micros for day in days),
        "jobs": _jobs(realm, now=now),
        "health": [_health(one, attempts, now=now) for one in figures.accounts_of(realm.mode)],
        "failures": _failures(attempts, realm),
        "doubts": _doubts(realm, now=now),
        "signs": _signs(now=now),
        "budgets": _budgets(realm, today=today),
        "check": _check(figures.last_check(), now=now, all_rooms=realm.rooms is None),
    }


def _mode(request: HttpRequest) -> str:
    asked = request.GET.get("mode") or request.session.get(SESSION_MODE) or Mode.TEST
    return Mode.LIVE if asked == Mode.LIVE else Mode.TEST


def _days(realm: Realm, *, today: date) -> list[Day]:
    spent = figures.spent_by_day(realm, until=today)
    highest = max((sum(row.values()) for row in spent.values()), default=0) or 1
    days = [today - timedelta(days=back) for back in reversed(range(figures.DAYS))]
    return [_day(day, spent.get(day, {}), realm, highest=highest) for day in days]


def _day(day: date, row: dict[str, int], realm: Realm, *, highest: int) -> Day:
    def ledger(provider: str = "") -> str:
        return list_url("generation_ledgerline", day=day, mode__exact=realm.mode, provider=provider)

    total = sum(row.values())
    return Day(
        day=day,
        micros=total,
        height=round(max(total, 0) * 100 / highest, 2),
        url=ledger(),
        cells=tuple((name, row.get(name, 0), ledger(name)) for name in PROVIDERS),
    )


def _jobs(realm: Realm, *, now: datetime) -> list[Line]:
    counts = figures.jobs_by_state(realm, now=now)
    open_now = (JobState.QUEUED, JobState.PROCESSING)
    return [
        Line(
            words=state.label,
            figure=f"{counts.get(state, 0):,}",
            more="now" if state in open_now else "last 24 hours",
            url=list_url(
                "generation_job",
                state__exact=state.value,
                mode__exact=realm.mode,
                day="" if state in open_now else "7d",
            ),
        )
        for state in JobState
    ]


def _health(account: ProviderAccount, attempts: list[Answered], *, now: datetime) -> Health:
    provider = account.provider
    last = next((one for one in attempts if one.provider == provider and one.ended_at), None)
    shut = usable(account, now=now)
    tone = "good" if not shut else ("wait" if account.state != "active" else "bad")
    return Health(
        name=provider_name(provider),
        tone=tone,
        now=shut or "Takes new clips",
        last=_last_words(last, now=now),
        last_url=_attempt_url(last.pk) if last else "",
        times=figures.times_of(attempts, provider=provider),
        url=reverse("admin:providers_provideraccount_change", args=[account.pk]),
    )


def _last_words(last: Answered | None, *, now: datetime) -> str:
    if last is None or last.ended_at is None:
        return "No answer within a day"
    age = ago(now - last.ended_at)
    if last.state == "succeeded":
        return f"Delivered a clip {age}"
    return f"{last.reason or last.failure_class or last.state} · {age}"


def _attempt_url(number: int) -> str:
    return reverse("admin:generation_attempt_change", args=[number])


def _failures(attempts: list[Answered], realm: Realm) -> list[Line]:
    return [
        Line(
            words=f"{provider_name(one.provider)}: {one.failure_class.replace('_', ' ')}",
            figure=f"{one.count:,}",
            more=one.reason,
            url=list_url(
                "generation_attempt",
                day="24h",
                mode__exact=realm.mode,
                provider=one.provider,
                failure_class=one.failure_class,
            ),
        )
        for one in figures.failures_of(attempts)[:8]
    ]


def _doubts(realm: Realm, *, now: datetime) -> dict[str, Any]:
    rows = figures.doubts(realm)
    shown = [_doubt(one, now=now) for one in rows[: figures.SHOWN_DOUBTS]]
    url = list_url("generation_attempt", state__exact="unknown", mode__exact=realm.mode)
    return {"lines": shown, "more": len(rows) > len(shown), "url": url}


def _doubt(attempt: Attempt, *, now: datetime) -> Line:
    age = now - (attempt.submit_started_at or attempt.created_at)
    return Line(
        words=f"{provider_name(attempt.provider)}, sent {ago(age)}",
        figure=dollars(attempt.max_micros),
        more=f"{attempt.job.uid} · held until it is settled",
        url=_attempt_url(attempt.pk),
    )


def _signs(*, now: datetime) -> list[Line]:
    found = figures.signs()
    due = found.get("due")
    late = max((now - due).total_seconds(), 0.0) if due else 0.0
    lines = [
        Line(
            words="Oldest work that is due",
            figure=_seconds(late) if late else "None",
            more="late" if late >= LATE_SECONDS else "nothing waits longer than it should",
            url=list_url("generation_attempt"),
            tone="bad" if late >= LATE_SECONDS else "good",
        )
    ]
    for name, words in (("scheduler", "Last sweep"), ("worker", "Worker's sign of life")):
        at = found.get(name)
        age = (now - at).total_seconds() if at else None
        fine = age is not None and age < LATE_SECONDS
        lines.append(
            Line(
                words=words,
                figure="Never" if age is None else f"{_seconds(age)} ago",
                more="as it should be" if fine else "Start it: nothing moves without it",
                url="/healthz",
                tone="good" if fine else "bad",
            )
        )
    return lines


def _budgets(realm: Realm, *, today: date) -> list[dict[str, Any]]:
    return [
        {
            "name": period.budget.name,
            "limit": period.limit_micros,
            "spent": period.spent_micros,
            "held": period.held_micros,
            "spent_share": _share(period.spent_micros, period.limit_micros),
            "held_share": _share(period.held_micros, period.limit_micros),
            "over": period.used_micros > period.limit_micros,
            "url": reverse("admin:generation_budgetperiod_change", args=[period.pk]),
        }
        for period in figures.running_budgets(realm, today=today)[: figures.SHOWN_BUDGETS]
    ]


def _share(part: int, limit: int) -> float:
    return round(min(max(part, 0) * 100 / max(limit, 1), 100), 2)


def _check(check: MoneyCheck | None, *, now: datetime, all_rooms: bool) -> dict[str, Any]:
    """What the books said; who sees some workspaces only is told no names of others' rows."""
    if check is None:
        return {"tone": "wait", "words": "Not checked yet: the first check is within ten minutes."}
    late = now - check.at > STALE_CHECK
    found = check.differences
    words = f"{found} difference{'' if found == 1 else 's'}" if found else "All agree"
    return {
        "tone": "bad" if found or late else "good",
        "words": f"{words}, checked {ago(now - check.at)}",
        "late": late,
        "names": [
            {"name": one.name, "says": one.says, "found": check.found.get(one.name, 0)}
            for one in INVARIANTS
        ],
        "first": check.first if all_rooms else [],
        "url": list_url("generation_moneycheck") if all_rooms else "",
    }


def ago(age: timedelta) -> str:
    return f"{_seconds(age.total_seconds())} ago"


def _seconds(seconds: float) -> str:
    """A length of time in its largest fitting unit: "12 s", "5 min", "3 h", "2 days"."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
