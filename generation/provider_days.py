"""How each provider did day by day: days that are over are summed once, out of their attempts.

A try belongs to the UTC day on which it was planned. Attempts have no index by time, and need
none: their ids grow with it, so the rows of a day lie side by side.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Subquery

from generation import clock
from generation.choices import AttemptState
from generation.ids_by_time import first_id_at
from generation.models import Attempt, ProviderDay, TriesSummed
from generation.moments_in_sql import UtcText
from generation.track_record import ENDED, NEWEST, TOOK, share

# What was planned at a day's end has ended by then, but for what a person has to look at.
LAG = timedelta(hours=6)
ONE_DAY = timedelta(days=1)
MOST_DAYS = 60  # that are looked back at when there are no sums yet
MOST_AT_ONCE = 5  # so that other chores get their turn
COLUMNS = (
    "mode",
    "provider",
    UtcText("created_at"),
    "state",
    "failure_class",
    TOOK,
)
_Row = tuple[str, str, str, str, str, float | None]
_Key = tuple[str, str, date]


@dataclass(frozen=True, kw_only=True)
class DayRecord:
    """`half` and `most` are the seconds that half and 19 of 20 clips took; None of none.
    `refused` counts prompts that were moderated."""

    day: date
    tries: int
    succeeded: int
    refused: int
    half: float | None
    most: float | None


def add_days_over() -> int:
    """Sum days that are over and not summed yet, some at a time. Returns how many there were."""
    last = (clock.now() - LAG).astimezone(UTC).date() - ONE_DAY
    if TriesSummed.objects.filter(through__gte=last).exists():
        return 0
    return next((n for n in range(MOST_AT_ONCE) if not _add_next(last)), MOST_AT_ONCE)


def days_of(mode: str, *, days: int) -> dict[str, list[DayRecord]]:
    """By provider its last days up to today; days without a try are left out. A day that is not
    summed yet is told by its newest tries."""
    first = clock.now().astimezone(UTC).date() - timedelta(days=days - 1)
    kept = TriesSummed.objects.first()
    through = kept.through if kept else date.min
    found: defaultdict[str, list[DayRecord]] = defaultdict(list)
    for row in ProviderDay.objects.filter(mode=mode, day__gte=first).order_by("day"):
        found[row.provider].append(_told(row))
    newest = Attempt.objects.order_by("-pk").values("pk")[:1]
    rows = Attempt.objects.filter(pk__gt=Subquery(newest) - NEWEST, mode=mode, state__in=ENDED)
    rows = rows.filter(pk__gt=kept.last_attempt if kept else 0)
    for (_, provider, day), record in sorted(_records(rows.values_list(*COLUMNS)).items()):
        if day >= first and day > through:
            found[provider].append(record)
    return dict(found)


def _add_next(last: date) -> bool:
    """Sum the next day in a transaction of its own; False when there is none."""
    with transaction.atomic():
        kept = TriesSummed.objects.select_for_update().first() or _beginning(last)
        day = kept.through + ONE_DAY
        if day > last:
            return False
        until = max(_last_before(day + ONE_DAY), kept.last_attempt)
        rows = Attempt.objects.filter(
            pk__gt=kept.last_attempt, pk__lte=until, state__in=ENDED
        ).values_list(*COLUMNS)
        records = _records(rows.iterator(chunk_size=5000), day=day)
        ProviderDay.objects.bulk_create(
            ProviderDay(mode=mode, provider=provider, **asdict(record))
            for (mode, provider, _), record in records.items()
        )
        kept.through, kept.last_attempt = day, until
        kept.save()
    return True


def _beginning(last: date) -> TriesSummed:
    """The day before the first one that has a try and is not too long ago."""
    at = Attempt.objects.order_by("pk").values_list("created_at", flat=True).first()
    first = at.astimezone(UTC).date() if at else last + ONE_DAY
    through = max(min(first, last + ONE_DAY), last - timedelta(days=MOST_DAYS - 1)) - ONE_DAY
    return TriesSummed.objects.create(through=through, last_attempt=_last_before(through + ONE_DAY))


def _last_before(day: date) -> int:
    """The highest id of the attempts that were planned before a day began, 0 where none was."""
    begins = datetime.combine(day, time(), tzinfo=UTC)
    return max(first_id_at(Attempt.objects.all(), begins) - 1, 0)


def _records(rows: Iterable[_Row], *, day: date | None = None) -> dict[_Key, DayRecord]:
    """By mode, provider and the day of the try, or all of one day."""
    found: defaultdict[tuple[str, str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        mode, provider, at = row[:3]
        found[mode, provider, day.isoformat() if day else at[:10]].append(row)
    keyed = {(m, name, date.fromisoformat(at)): tries for (m, name, at), tries in found.items()}
    return {key: _record(key[2], tries) for key, tries in keyed.items()}


def _record(day: date, rows: Sequence[_Row]) -> DayRecord:
    made = [row for row in rows if row[3] == AttemptState.SUCCEEDED]
    took = sorted(row[5] for row in made if row[5] is not None)
    return DayRecord(
        day=day,
        tries=len(rows),
        succeeded=len(made),
        refused=sum(row[4] == "moderation" for row in rows),
        half=share(took, 50),
        most=share(took, 95),
    )


def _told(row: ProviderDay) -> DayRecord:
    return DayRecord(
        day=row.day,
        tries=row.tries,
        succeeded=row.succeeded,
        refused=row.refused,
        half=row.half,
        most=row.most,
    )
