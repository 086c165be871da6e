"""Mail as rows: written with the deed, sent afterwards, tried again when the server is away."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.utils import timezone

from accounts.links import address_of
from accounts.models import Letter

log = logging.getLogger(__name__)

CLAIM_SECONDS = 120.0
PAUSES = (60.0, 600.0, 3600.0, 21600.0)
KEPT = timedelta(days=30)
LINK = "%LINK%"


def post(*, to: str, subject: str, body: str, link_for: str = "") -> Letter:
    """Write a letter in the caller's transaction. `body` says %LINK% where the link goes.

    `link_for` is read by `accounts.links.address_of`.
    """
    return Letter.objects.create(
        to=to,
        subject=" ".join(subject.split())[:200],
        body=body,
        link_for=link_for,
        next_try_at=timezone.now(),
    )


def anything_due() -> bool:
    return Letter.objects.filter(next_try_at__lte=timezone.now()).exists()


def send_due(most: int = 20) -> int:
    """Send what is due. Returns how many went out.

    A mail server that refuses one letter ends the round: the others wait for the next one.
    """
    due = Letter.objects.filter(next_try_at__lte=timezone.now())
    sent = 0
    for letter in due.order_by("next_try_at", "pk")[:most]:
        if not _claim(letter):
            continue
        try:
            went = _send(letter)
        except OSError as fault:
            _put_off(letter)
            log.warning("letter_failed letter=%s reason=%s", letter.pk, fault)
            break
        at = timezone.now() if went else None
        Letter.objects.filter(pk=letter.pk).update(sent_at=at, next_try_at=None)
        sent += went
    return sent


def forget_old() -> int:
    """Drop letters that are long over. Returns how many."""
    old = Letter.objects.filter(next_try_at=None, created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _claim(letter: Letter) -> bool:
    """Put it aside for one try by this caller."""
    same = Letter.objects.filter(pk=letter.pk, next_try_at=letter.next_try_at)
    later = timezone.now() + timedelta(seconds=CLAIM_SECONDS)
    return bool(same.update(next_try_at=later, tries=F("tries") + 1))


def _send(letter: Letter) -> bool:
    """False for one whose link leads nowhere any more."""
    body = letter.body
    if letter.link_for:
        address = address_of(letter.link_for)
        if address is None:
            return False
        body = body.replace(LINK, address)
    send_mail(letter.subject, body, settings.DEFAULT_FROM_EMAIL, [letter.to])
    return True


def _put_off(letter: Letter) -> None:
    again = None
    if letter.tries < len(PAUSES):
        again = timezone.now() + timedelta(seconds=PAUSES[letter.tries])
    Letter.objects.filter(pk=letter.pk).update(next_try_at=again)
