"""What people make of takes: stars, the one pick of a shot, rejections with a reason, final."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns.models import Shot, Take, Verdict
from generation import clock
from generation.asks import Refused
from generation.choices import AssetState, JobState

BEST = 5
LONGEST_NOTE = 1000
REASONS = {
    "off_brief": "Not what the brief asks",
    "product": "The product looks wrong",
    "people": "Hands or faces look wrong",
    "motion": "The motion is wrong",
    "look": "Light or colour is wrong",
    "framing": "The framing is wrong",
    "text": "Garbled text or logo",
    "quality": "Technical fault",
    "other": "Another reason",
}


def rate(access: Access, take: Take, *, rating: int | None) -> None:
    """Give 1 to 5 stars, or take them back with None. Raises Refused."""
    if rating is not None and not 1 <= rating <= BEST:
        raise Refused(f"Give 1 to {BEST} stars, or 0 to take them back.", field="rating")

    def stars(locked: Take) -> None:
        locked.rating = rating

    _judge(access, take, stars, action="take.rate")


def pick(access: Access, take: Take) -> None:
    """Make this the shot's one pick; an earlier pick loses its verdict. Raises Refused."""
    _needs_clip(take, to="pick")
    with transaction.atomic():
        shot = Shot.objects.select_for_update(no_key=True).get(pk=take.shot_id)
        for earlier in shot.takes.filter(verdict=Verdict.PICKED).exclude(pk=take.pk):
            _judge(access, earlier, _without_verdict, action="take.unpick")
        _judge(access, take, _picked, action="take.pick")
        Shot.objects.filter(pk=shot.pk).update(picked=take)


def reject(access: Access, take: Take, *, reason: str, note: str = "") -> None:
    """Set a take aside with one of `REASONS`, and words if wanted. Raises Refused."""
    if reason not in REASONS:
        raise Refused(f"Choose one of {', '.join(REASONS)}.", field="reject_reason")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Keep it under {LONGEST_NOTE} characters.", field="reject_note")

    def rejected(locked: Take) -> None:
        locked.verdict, locked.reject_reason, locked.reject_note = Verdict.REJECTED, reason, note

    with transaction.atomic():
        _unpick(take)
        _judge(access, take, rejected, action="take.reject")


def undo(access: Access, take: Take) -> None:
    """Take the verdict back: neither picked nor rejected. Stars stay."""
    with transaction.atomic():
        _unpick(take)
        _judge(access, take, _without_verdict, action="take.undo")


def confirm_final(access: Access, take: Take) -> None:
    """Say that this take is the one that goes on, whatever its tier. Raises Refused."""
    _needs_clip(take, to="make final")
    with transaction.atomic():
        shot = Shot.objects.select_for_update(no_key=True).get(pk=take.shot_id)
        if shot.final_id == take.pk:
            return
        record(
            access,
            "shot.final",
            f"shot:{shot.uid}",
            before={"final": shot.final.uid if shot.final else None},
            after={"final": take.uid, "drift": take.drift},
        )
        Shot.objects.filter(pk=shot.pk).update(final=take)


def _judge(access: Access, take: Take, change: Callable[[Take], None], *, action: str) -> None:
    """Change one take under lock, with who and when; a change that changes nothing leaves none."""
    with transaction.atomic():
        locked = Take.objects.select_for_update(no_key=True).get(pk=take.pk)
        before = _verdict_of(locked)
        change(locked)
        after = _verdict_of(locked)
        if after != before:
            locked.judged_by_id, locked.judged_at = access.user_id, clock.now()
            locked.save(update_fields=[*after, "judged_by", "judged_at"])
            record(access, action, f"take:{take.uid}", before=before, after=after)
    take.refresh_from_db()


def _verdict_of(take: Take) -> dict[str, Any]:
    names = ("rating", "verdict", "reject_reason", "reject_note")
    return {name: getattr(take, name) for name in names}


def _picked(take: Take) -> None:
    take.verdict, take.reject_reason, take.reject_note = Verdict.PICKED, "", ""


def _without_verdict(take: Take) -> None:
    take.verdict, take.reject_reason, take.reject_note = Verdict.NONE, "", ""


def _unpick(take: Take) -> None:
    shot = Shot.objects.select_for_update(no_key=True).get(pk=take.shot_id)
    if shot.picked_id == take.pk:
        Shot.objects.filter(pk=shot.pk).update(picked=None)


def _needs_clip(take: Take, *, to: str) -> None:
    stored = take.job.assets.filter(state=AssetState.STORED, unclaimed=False)
    if take.job.state != JobState.COMPLETED or not stored.exists():
        raise Refused(
            f"Take {take.number} has no clip to {to}. Choose one that is completed.",
            field="verdict" if to == "pick" else "final",
            code="no_clip",
        )
