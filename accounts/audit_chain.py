"""Seals over the audit trail, each made of the one before, so that nobody can change it unseen.

Writers of entries know nothing of this. A chore seals what has stood for a while, in the order of
the entries' ids: by then no transaction is left that could still add an entry among them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, AuditSeal

SETTLED = timedelta(minutes=10)  # no transaction of ours is open for anything like that
AT_ONCE = 2000


def seal_settled(most: int = 5 * AT_ONCE) -> int:
    """Seal up to `most` entries that have settled. Returns how many.

    Where another process seals the same ones its seals stand, and ours are none.
    """
    done = 0
    while done < most and (count := _seal_next(min(AT_ONCE, most - done))):
        done += count
    return done


def content_of(entry: AuditEntry) -> str:
    """The digest of all that an entry says, as it was read from the database."""
    said: dict[str, Any] = {
        "id": entry.pk,
        "workspace": entry.workspace_id,
        "mode": entry.mode,
        "at": entry.at.isoformat(timespec="microseconds"),
        "user": entry.user_id,
        "api_key": entry.api_key_id,
        "ip": entry.ip,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
    }
    return _digest(json.dumps(said, sort_keys=True, separators=(",", ":")))


def chain_of(before: str, content: str) -> str:
    """The digest of a seal; `before` is that of the seal before, empty for the first."""
    return _digest(f"{before}:{content}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _seal_next(most: int) -> int:
    last = AuditSeal.objects.order_by("-number").first()
    after = last.entry if last else 0
    settled = AuditEntry.objects.filter(pk__gt=after).order_by("pk")[:most]
    seals = list(_seals(_until_young(settled), last=last))
    try:
        with transaction.atomic():
            AuditSeal.objects.bulk_create(seals)
    except IntegrityError:
        return 0
    return len(seals)


def _until_young(entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
    """Those before the first that is not settled: seals never leave one out."""
    before = timezone.now() - SETTLED
    for entry in entries:
        if entry.at > before:
            return
        yield entry


def _seals(entries: Iterator[AuditEntry], *, last: AuditSeal | None) -> Iterator[AuditSeal]:
    number, chain = (last.number, last.chain) if last else (0, "")
    for entry in entries:
        number += 1
        content = content_of(entry)
        chain = chain_of(chain, content)
        yield AuditSeal(number=number, entry=entry.pk, content=content, chain=chain)
