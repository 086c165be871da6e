"""Vendors' callbacks: hints to look now. The truth is read by a look, never from a callback."""

import time
from collections.abc import Mapping

from django.conf import settings
from django.db import connection

from generation import clock, outcomes, queue, wake, waypoints
from generation.attempts import hook_hash
from generation.many_rows import insert_unless_there
from generation.models import Attempt, LearnedFrom, ProviderTask, ReceivedCallback
from generation.models.job import long_columns
from generation.one_trip import OneTrip
from generation.vendors import adapter_of, send_for
from providers.adapters.pika_fal import PikaOnFal
from providers.base import run
from providers.clients import adapter_for
from providers.errors import CallbackRefused, ProviderError
from providers.types import CallbackNews

# Their creates take no address: one is set up for a whole account, with one secret.
ONE_ADDRESS = ("sora",)
LONGEST_EVENT_ID = 120
KEYS_HOLD_SECONDS = 24 * 3600.0
# A sender may change its keys at any time; asking more often than this would serve a flood.
KEYS_AGAIN_AFTER = 300.0

_DUE = """
UPDATE generation_attempt SET next_check_at = %s
WHERE id = %s AND state IN ('accepted', 'unknown')
"""

_keys_read: dict[str, float] = {}


class UnknownToken(Exception):
    """No attempt has this token (any more)."""


class UnknownTask(Exception):
    """No attempt of this account has this task; or not yet, as its create is being answered."""


def attempt_for(provider: str, mode: str, token: str) -> Attempt:
    """The attempt whose callback address this is. Raises UnknownToken."""
    found = Attempt.objects.select_related("job", "account").filter(
        hook_token_hash=hook_hash(token), provider=provider, mode=mode
    )
    attempt = found.defer("job__prompt", *long_columns("job__")).first()
    if attempt is None:
        raise UnknownToken
    return attempt


def receive(attempt: Attempt, headers: Mapping[str, str], body: bytes) -> bool:
    """Verify, keep and act on a callback; False for one that came before.

    Header names are in lower case. Raises CallbackRefused.
    """
    news = _read(attempt, headers, body)
    if news.client_ref and news.client_ref != attempt.client_ref:
        raise CallbackRefused("The callback is about another request.")
    return _take_in(attempt, news)


def hears(provider: str, mode: str) -> bool:
    """Whether callbacks come to one address of the whole account, and can be verified there."""
    if provider not in ONE_ADDRESS or mode not in ("test", "live"):
        return False
    return mode == "test" or bool(settings.PROVIDER_KEYS[provider].get("callback_secret"))


def receive_for_account(provider: str, mode: str, headers: Mapping[str, str], body: bytes) -> bool:
    """As `receive`, where only the task in the body says whose callback it is.

    Raises CallbackRefused, and UnknownTask for a task that is none of this account's.
    """
    news = adapter_for(provider, mode).read_callback(headers, body)
    tasks = ProviderTask.objects.select_related("attempt__job").filter(
        account__provider=provider, account__mode=mode, task_id=news.task_id
    )
    task = tasks.first()
    if task is None:
        raise UnknownTask
    return _take_in(task.attempt, news)


def _take_in(attempt: Attempt, news: CallbackNews) -> bool:
    with waypoints.commit("callback_kept"):
        fresh = _keep(attempt, news)
        if fresh:
            _act(attempt, news)
    return fresh


@waypoints.inside
def _keep(attempt: Attempt, news: CallbackNews) -> bool:
    """False where it has been kept before."""
    return insert_unless_there(
        ReceivedCallback,
        {
            "account_id": attempt.account_id,
            "event_id": news.event_id[:LONGEST_EVENT_ID],
            "attempt_id": attempt.pk,
            "task_id": news.task_id[:LONGEST_EVENT_ID],
            "says_ended": news.says_ended,
        },
    )


@waypoints.inside
def _act(attempt: Attempt, news: CallbackNews) -> None:
    """Look now. A signed task id that we did not know yet is a fact, and kept as such."""
    if news.task_id != attempt.task_id and _is_signed(attempt):
        outcomes.accept(
            attempt, task_id=news.task_id, learned_from=LearnedFrom.CALLBACK, first_look=0.0
        )
    trip = OneTrip()
    trip.add(_DUE, [connection.ops.adapt_datetimefield_value(clock.now()), attempt.pk])
    wake.call(trip)
    trip.send()
    queue.ring_drive()


def _is_signed(attempt: Attempt) -> bool:
    """Whether a callback that an adapter has let through was verified by a signature.

    Kling signs only once a secret is set up; without one its callback is anybody's word.
    """
    if attempt.provider != "kling" or attempt.mode == "test":
        return True
    return bool(settings.PROVIDER_KEYS["kling"]["callback_secret"])


def _read(attempt: Attempt, headers: Mapping[str, str], body: bytes) -> CallbackNews:
    adapter = adapter_of(attempt)
    if not isinstance(adapter, PikaOnFal):
        return adapter.read_callback(headers, body)
    _trust(adapter, attempt, older_than=KEYS_HOLD_SECONDS)
    try:
        return adapter.read_callback(headers, body)
    except CallbackRefused:
        if not _trust(adapter, attempt, older_than=KEYS_AGAIN_AFTER):
            raise
    return adapter.read_callback(headers, body)


def _trust(adapter: PikaOnFal, attempt: Attempt, *, older_than: float) -> bool:
    """Read fal's public keys where ours are older than that; True when they are fresh now."""
    read_at = _keys_read.get(attempt.mode)
    if read_at is not None and adapter.trusted_keys and time.monotonic() - read_at < older_than:
        return False
    try:
        with waypoints.after("keys_read"):
            adapter.trusted_keys = run(adapter.callback_keys(), send_for(attempt))
    except ProviderError as failure:
        raise CallbackRefused("The sender's keys cannot be read just now.") from failure
    _keys_read[attempt.mode] = time.monotonic()
    return True
