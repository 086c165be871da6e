"""Keeping what can be asked for without limit from being asked for without limit."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Knock


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most `most` tries of `what` by one asker within `window`."""

    what: str
    most: int
    window: timedelta


INVITING = Pace(what="invite", most=40, window=timedelta(hours=1))
SENDING_AGAIN = Pace(what="invite_again", most=4, window=timedelta(days=1))
ACCEPTING = Pace(what="accept", most=20, window=timedelta(minutes=15))
CODES = Pace(what="code", most=10, window=timedelta(minutes=15))
FORGOTTEN_HERE = Pace(what="forgotten_ip", most=20, window=timedelta(hours=1))
FORGOTTEN = Pace(what="forgotten", most=3, window=timedelta(hours=1))
NEW_ADDRESS = Pace(what="new_address", most=5, window=timedelta(hours=1))


def minutes_to_wait(pace: Pace, *, who: str) -> int:
    """Whole minutes until `who` may try again; 0 when it may be now."""
    now = timezone.now()
    lately = _rows(pace, who=who).filter(at__gt=now - pace.window)
    counted = list(lately.order_by("-at").values_list("at", flat=True)[: pace.most])
    if len(counted) < pace.most:
        return 0
    seconds = (counted[-1] + pace.window - now).total_seconds()
    return max(1, -int(-seconds // 60))


def note(pace: Pace, *, who: str) -> None:
    """Count one try, and drop the rows of this kind that no longer count for anybody."""
    now = timezone.now()
    Knock.objects.filter(what=pace.what, at__lte=now - pace.window).delete()
    Knock.objects.create(what=pace.what, who=_folded(who), at=now)


def forget(pace: Pace, *, who: str) -> None:
    """A right answer ends the count."""
    _rows(pace, who=who).delete()


def wait_words(minutes: int) -> str:
    """How long, for the end of a sentence that says what there was too much of."""
    return f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again."


def _rows(pace: Pace, *, who: str) -> QuerySet[Knock]:
    return Knock.objects.filter(what=pace.what, who=_folded(who))


def _folded(who: str) -> str:
    return who.strip().casefold()[:254]
