"""Notices as rows: who is due, claimed for a try, and when the next try is."""

import random
from datetime import timedelta

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from generation import clock, queue, waypoints
from generation.models import Notice, WebhookEndpoint
from generation.notices.kinds import PING

# A claim outlasts a try, so that a notice whose worker died is taken up again.
CLAIM_SECONDS = 60.0
# The pauses that the Standard Webhooks text suggests: ten tries over 75 hours and 35 minutes,
# each a little shorter or longer, so that what failed together does not come back together.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
MOST_TRIES = len(PAUSES) + 1
# Of one receiver in one round; the others' news is not to wait behind its pile.
MOST_OF_ONE = 5

Lane = tuple[int, str]


def due(limit: int) -> list[tuple[int, Lane]]:
    """Ids of notices to be tried now with the receiver of each: the first of every receiver,
    then the second of every one, and so on."""
    place = Window(
        RowNumber(), partition_by=[F("workspace_id"), F("host")], order_by=["next_try_at", "pk"]
    )
    waiting = Notice.objects.filter(next_try_at__lte=clock.now()).annotate(place=place)
    fair = waiting.filter(place__lte=MOST_OF_ONE).order_by("place", "next_try_at", "pk")
    rows = fair.values_list("pk", "workspace_id", "host")[:limit]
    return [(pk, (workspace_id, host)) for pk, workspace_id, host in rows]


def anything_due() -> bool:
    return Notice.objects.filter(next_try_at__lte=clock.now()).exists()


def again(notice: Notice) -> bool:
    """Try it anew from the beginning, as somebody asked. False while a try is at hand anyway."""
    moment = clock.now()
    now = Notice.objects.get(pk=notice.pk)
    seen = now.next_try_at
    if seen is not None and seen <= moment + timedelta(seconds=CLAIM_SECONDS):
        return False
    won = Notice.objects.filter(pk=notice.pk, next_try_at=seen, tries=now.tries).update(
        next_try_at=moment, tries=0, delivered_at=None
    )
    waypoints.passed("notice_again")
    if won:
        queue.ring_notices()
    return bool(won)


def claim(notice_id: int) -> Notice | None:
    """Take a due notice for one try; None when it is not due or somebody else has it.

    What its endpoint wants no more, being removed or switched off, ends here untried.
    """
    moment = clock.now()
    notice = Notice.objects.filter(pk=notice_id, next_try_at__lte=moment).first()
    if notice is None:
        return None
    won = Notice.objects.filter(pk=notice_id, next_try_at=notice.next_try_at).update(
        next_try_at=moment + timedelta(seconds=CLAIM_SECONDS), tries=notice.tries + 1
    )
    waypoints.passed("notice_claimed")
    if not won:
        return None
    claimed = Notice.objects.select_related("endpoint").get(pk=notice_id)
    if claimed.endpoint is None or _listens(claimed.endpoint, claimed.kind):
        return claimed
    stop(claimed.endpoint)
    return None


def _listens(endpoint: WebhookEndpoint, kind: str) -> bool:
    return endpoint.removed_at is None and (endpoint.enabled or kind == PING)


def delivered(notice: Notice, *, status: int) -> bool:
    """The receiver has taken it. This and its sisters are False when the claim is over."""
    return _close(notice, delivered_at=clock.now(), last_status=status, last_error="")


def refused_for_good(notice: Notice, *, status: int) -> bool:
    """The receiver wants no more of this."""
    return _close(notice, last_status=status, last_error="The receiver answered that it is gone.")


@waypoints.inside
def failed(notice: Notice, reason: str, *, status: int | None = None) -> bool:
    """Wait for the next try, or give up after the last one."""
    if notice.tries >= MOST_TRIES or notice.kind == PING:
        return _close(notice, last_status=status, last_error=reason)
    pause = PAUSES[notice.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    changed = _mine(notice).update(
        next_try_at=clock.after(pause), last_status=status, last_error=reason
    )
    return bool(changed)


def put_off(notice_ids: list[int], *, seconds: float) -> None:
    """Leave due notices that nobody has claimed for a later round."""
    waiting = Notice.objects.filter(pk__in=notice_ids, next_try_at__lte=clock.now())
    waiting.update(next_try_at=clock.after(seconds))
    waypoints.passed("notices_put_off")


def stop(endpoint: WebhookEndpoint) -> None:
    """Try no more of what was to go there, pings apart; each can be sent again by hand."""
    open_rows = endpoint.notices.filter(next_try_at__isnull=False)
    if endpoint.removed_at is None:
        open_rows = open_rows.exclude(kind=PING)
    open_rows.update(next_try_at=None, last_error="The endpoint was switched off or removed.")
    waypoints.passed("notices_stopped")


@waypoints.inside
def _close(notice: Notice, **facts: object) -> bool:
    return bool(_mine(notice).update(next_try_at=None, **facts))


def _mine(notice: Notice) -> QuerySet[Notice]:
    """The row for as long as the claim holds; a late answer changes nothing after that."""
    return Notice.objects.filter(pk=notice.pk, tries=notice.tries, next_try_at=notice.next_try_at)
