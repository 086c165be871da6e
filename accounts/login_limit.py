"""Slowing down a guesser: ten failures for one name from one address in a quarter of an hour."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import LoginFailure

MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)


def minutes_to_wait(username: str, *, ip: str) -> int:
    """Whole minutes until this name may be tried again from `ip`; 0 when it may be now."""
    now = timezone.now()
    failures = LoginFailure.objects.filter(username=_folded(username), ip=ip, at__gt=now - WINDOW)
    counted = list(failures.order_by("-at").values_list("at", flat=True)[:MOST_FAILURES])
    if len(counted) < MOST_FAILURES:
        return 0
    seconds = (counted[-1] + WINDOW - now).total_seconds()
    return max(1, -int(-seconds // 60))


def note_failure(username: str, *, ip: str) -> None:
    """Count one wrong password, and drop the rows that no longer count for anybody."""
    now = timezone.now()
    LoginFailure.objects.filter(at__lte=now - WINDOW).delete()
    LoginFailure.objects.create(username=_folded(username), ip=ip, at=now)


def forget_failures(username: str, *, ip: str) -> None:
    """A right password ends the count."""
    LoginFailure.objects.filter(username=_folded(username), ip=ip).delete()


def _folded(username: str) -> str:
    return username.strip().casefold()[:150]
