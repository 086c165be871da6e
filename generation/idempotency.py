"""One answer for one Idempotency-Key: effect and answer are committed together or not at all."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from accounts.access import Access
from generation import clock
from generation.busy import unless_deadlocked
from generation.models import IdempotentAnswer

LONGEST_KEY = 255
KEPT = timedelta(days=30)


class IdempotencyConflict(Exception):
    """The key was used before, for another request."""


class StillAtWork(Exception):
    """The first request with this key has not ended yet."""


class _Taken(Exception):
    """Somebody else's row with this key is in the way."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer as it is kept: `body` holds JSON values only."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def fingerprint(method: str, path: str, *, body: Any) -> str:
    """The hash that tells two requests apart; the order of keys in `body` does not matter."""
    said = json.dumps([method, path, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def recall(access: Access, *, key: str, request_hash: str) -> Answer | None:
    """The answer given before under this key. Raises IdempotencyConflict."""
    kept = IdempotentAnswer.objects.within(access).filter(key=key).first() if key else None
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise IdempotencyConflict
    return Answer(status=kept.status, body=kept.body, replayed=True)


@unless_deadlocked
def once(
    access: Access,
    *,
    key: str,
    request_hash: str,
    effect: Callable[[], Answer],
    whole: bool = False,
) -> Answer:
    """Run `effect` in a transaction and keep its answer in the same one; an empty key keeps none.

    `whole` says that the effect is one transaction by itself and needs none of ours without a key.

    Where another request with the key was first, its answer comes back instead. An effect that
    raises leaves nothing behind. Raises IdempotencyConflict and StillAtWork.
    """
    if not key and whole:
        return effect()
    if not key:
        with transaction.atomic():
            return effect()
    try:
        with transaction.atomic():
            row = _insert(access, key=key, request_hash=request_hash)
            answer = effect()
            IdempotentAnswer.objects.filter(pk=row.pk).update(
                status=answer.status, body=answer.body
            )
            return answer
    except _Taken as taken:
        first = recall(access, key=key, request_hash=request_hash)
        if first is None:
            raise StillAtWork from taken
        return first


def _insert(access: Access, *, key: str, request_hash: str) -> IdempotentAnswer:
    """The row that shuts others out. PostgreSQL waits here for a first request to commit."""
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(
                workspace_id=access.workspace_id,
                mode=access.mode,
                key=key,
                request_hash=request_hash,
            )
    except IntegrityError as taken:
        raise _Taken from taken
    except OperationalError as waited_too_long:
        raise StillAtWork from waited_too_long


def forget_old() -> int:
    """Drop answers past their time; for a periodic clean-up. Returns how many."""
    gone, _ = IdempotentAnswer.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return gone
