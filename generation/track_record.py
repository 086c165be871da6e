"""How offers have done lately: how long they took, how much came of it, what was refused.

Read from the newest attempts of all workspaces, since they share the providers' accounts; only
sums leave this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Subquery

from generation.choices import ATTEMPT_IN_DOUBT, AttemptState
from generation.models import Attempt
from generation.moments_in_sql import SecondsBetween, UtcText

# A window over the primary key: as quick in a table of a million rows as in an empty one.
NEWEST = 5000
TOOK = SecondsBetween("ended_at", "submit_started_at")
AT_WORK = (*ATTEMPT_IN_DOUBT, AttemptState.ACCEPTED)
ENDED = (
    AttemptState.SUCCEEDED,
    AttemptState.REJECTED,
    AttemptState.FAILED,
    AttemptState.LOST_BILLED,
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """`half` and `most` are the seconds that half and 19 of 20 clips took from sending to the
    vendor's end, None where none succeeded. `refused` counts prompts that were moderated."""

    tries: int
    succeeded: int
    refused: int
    half: float | None
    most: float | None


@dataclass(frozen=True, kw_only=True)
class LastFailure:
    failure_class: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Lately:
    """By offer id the record, by account id the newest failure of the vendor itself."""

    offers: dict[int, Record]
    failures: dict[int, LastFailure]


VENDORS_OWN = ("auth", "credits", "unavailable")
COLUMNS = (
    "offer_id",
    "account_id",
    "state",
    "failure_class",
    "reason",
    UtcText("ended_at"),
    TOOK,
)
_Row = tuple[int, int, str, str, str, str | None, float | None]


def lately(mode: str, *, since: datetime | None = None) -> Lately:
    """One query over the newest attempts, or those among them that ended since then."""
    last = Attempt.objects.order_by("-pk").values("pk")[:1]
    among = Attempt.objects.filter(pk__gt=Subquery(last) - NEWEST, mode=mode, state__in=ENDED)
    if since is not None:
        among = among.filter(ended_at__gte=since)
    rows: list[_Row] = list(among.order_by("-pk").values_list(*COLUMNS))
    by_offer: dict[int, list[_Row]] = {}
    failures: dict[int, LastFailure] = {}
    for row in rows:
        offer_id, account_id, _, failure_class, reason, ended, _ = row
        by_offer.setdefault(offer_id, []).append(row)
        if failure_class in VENDORS_OWN and account_id not in failures and ended:
            at = datetime.fromisoformat(ended).replace(tzinfo=UTC)
            failures[account_id] = LastFailure(failure_class=failure_class, reason=reason, at=at)
    offers = {offer_id: _record(found) for offer_id, found in by_offer.items()}
    return Lately(offers=offers, failures=failures)


def at_work(mode: str) -> dict[int, int]:
    """How many clips each account has at its vendor, or may have, by account id."""
    rows = Attempt.objects.filter(state__in=AT_WORK, mode=mode).order_by()
    return dict(rows.values_list("account_id").annotate(count=Count("pk")))


def share(sorted_seconds: Sequence[float], percent: int) -> float | None:
    """The value that so many percent do not exceed (nearest rank); None of nothing."""
    if not sorted_seconds:
        return None
    return sorted_seconds[max(-(-len(sorted_seconds) * percent // 100) - 1, 0)]


def _record(rows: Sequence[_Row]) -> Record:
    done = [row for row in rows if row[2] == AttemptState.SUCCEEDED]
    took = sorted(row[6] for row in done if row[6] is not None)
    return Record(
        tries=len(rows),
        succeeded=len(done),
        refused=sum(row[3] == "moderation" for row in rows),
        half=share(took, 50),
        most=share(took, 95),
    )
