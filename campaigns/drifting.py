"""How far each final went from its draft: measured in the background, by rows that are due.

A row is claimed by moving its due time on, so that a worker that dies leaves it to the next one.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from campaigns.clips import clip_of, copy_out, workroom
from campaigns.models import Shot, Take
from footage.drift import NEEDS_A_LOOK, Drift, drift
from footage.errors import BadClip, FootageError
from generation import clock
from generation.choices import JOB_ENDED, JobState

log = logging.getLogger(__name__)

LEASE_SECONDS = 180.0
MOST_TRIES = 3
A_ROUND = 4


def measure_due(*, most: int = A_ROUND) -> int:
    """Measure up to `most` finals whose time has come. Returns how many were looked at."""
    due = Take.objects.filter(drift_due_at__lte=clock.now(), job__state__in=JOB_ENDED)
    found = list(due.order_by("drift_due_at", "pk").values_list("pk", "drift_due_at")[:most])
    return sum(_measure(pk, seen=seen) for pk, seen in found if seen is not None)


def anything_due() -> bool:
    due = Take.objects.filter(drift_due_at__lte=clock.now(), job__state__in=JOB_ENDED)
    return due.exists()


def _measure(pk: int, *, seen: datetime) -> bool:
    """False where somebody else was faster."""
    claimed = Take.objects.filter(pk=pk, drift_due_at=seen).update(
        drift_due_at=clock.after(LEASE_SECONDS), drift_tries=F("drift_tries") + 1
    )
    if not claimed:
        return False
    take = Take.objects.select_related("job", "promoted_from__job", "shot").get(pk=pk)
    if take.job.state != JobState.COMPLETED or take.promoted_from is None:
        _settle(take, note="")  # no clip came, so there is nothing to compare
        return True
    try:
        found = _compared(take, take.promoted_from)
    except (BadClip, FootageError, OSError) as fault:
        log.warning("drift_not_measured take=%s reason=%s", take.uid, type(fault).__name__)
        if take.drift_tries >= MOST_TRIES:
            _settle(take, note="It could not be measured. Compare the two yourself.")
        return True
    _keep(take, found)
    return True


def _compared(take: Take, draft: Take) -> Drift:
    """Raises FootageError where one of the clips is not at hand."""
    theirs, ours = clip_of(draft), clip_of(take)
    if theirs is None or ours is None:
        raise FootageError("one of the clips is gone")
    with workroom("drift-") as room:
        return drift(copy_out(theirs, room / "draft.mp4"), copy_out(ours, room / "final.mp4"))


def _keep(take: Take, found: Drift) -> None:
    """Book the figures; a final that is near its draft needs nobody to say so."""
    with transaction.atomic():
        Take.objects.filter(pk=take.pk).update(
            drift=found.score,
            drift_worst_second=float(found.worst_second),
            drift_note="",
            drift_due_at=None,
        )
        if found.score < NEEDS_A_LOOK:
            open_shot = Shot.objects.filter(pk=take.shot_id, final=None)
            open_shot.filter(picked=take.promoted_from_id).update(final=take)


def _settle(take: Take, *, note: str) -> None:
    Take.objects.filter(pk=take.pk).update(drift_due_at=None, drift_note=note)
