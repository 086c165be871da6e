"""How many tasks may run at an account, and how many do: counted from the attempts, always.

No counter is kept, so none can leak: whatever becomes of a worker, its attempt either still is
under way and takes its slot, or has ended and takes none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from generation import clock, waypoints
from generation.among import Among
from generation.choices import ATTEMPT_UNDER_WAY
from generation.lanes import Room
from generation.models import Attempt
from generation.one_trip import OneTrip
from providers.models import ModelLimit, ProviderAccount

_LOCK = "SELECT 1 FROM providers_provideraccount WHERE id = %s FOR NO KEY UPDATE"
# Of an attempt, in a statement about `generation_attempt`: there is room for one more at its
# account, and for its model where that has a number of its own.
_BUSY = """
SELECT count(*) FROM generation_attempt busy
WHERE busy.account_id = generation_attempt.account_id
  AND busy.state IN ('submitting', 'unknown', 'accepted')
"""
IS_FREE = f"""
({_BUSY}) < (
    SELECT max_concurrent FROM providers_provideraccount account
    WHERE account.id = generation_attempt.account_id
)
AND NOT EXISTS (
    SELECT 1 FROM providers_modellimit own
    WHERE own.account_id = generation_attempt.account_id AND own.model = generation_attempt.model
      AND own.slots <= ({_BUSY} AND busy.model = generation_attempt.model)
)
"""  # noqa: S608 - our own words
# Failures of test mode are rehearsed, by one user among others who share the account.
LONGEST_QUIET = {"live": 300.0, "test": 2.0}
# Whom a vendor has kept waiting for so long goes to the next offer, where there is one.
LASTS = {"live": 120.0, "test": 10.0}


@dataclass(frozen=True)
class ModelSlots:
    """What an account allows for one model. `most` is None where only the account counts."""

    most: int | None
    quiet_since: datetime | None
    quiet_until: datetime | None
    quiet_reason: str

    def is_quiet(self, *, now: datetime) -> bool:
        return self.quiet_until is not None and self.quiet_until > now

    def lasts(self, *, now: datetime, mode: str) -> bool:
        if self.quiet_since is None:
            return False
        return (now - self.quiet_since).total_seconds() > LASTS[mode]


@dataclass(frozen=True, kw_only=True)
class AccountSlots:
    """What one account allows, in all and by model, and how much of it is in use."""

    mode: str
    most: int
    models: dict[str, ModelSlots]
    busy: dict[str, int]

    def room(self, *, now: datetime) -> Room:
        """What is free now. A model that wants quiet has no room, until that has lasted so long
        that those who wait for it had better go elsewhere."""
        free: dict[str, int] = {}
        for model, limit in self.models.items():
            if limit.is_quiet(now=now) and not limit.lasts(now=now, mode=self.mode):
                free[model] = 0
            elif limit.most is not None:
                free[model] = limit.most - self.busy.get(model, 0)
        return Room(free=self.most - sum(self.busy.values()), models=free)


def slots_of(account_ids: Iterable[int]) -> dict[int, AccountSlots]:
    """The slots of these accounts, in two statements."""
    wanted = sorted(set(account_ids))
    rows = ProviderAccount.objects.filter(pk__in=wanted).values_list(
        "pk",
        "mode",
        "max_concurrent",
        "model_limits__model",
        "model_limits__slots",
        "model_limits__quiet_since",
        "model_limits__quiet_until",
        "model_limits__quiet_reason",
    )
    found: dict[int, AccountSlots] = {}
    for pk, mode, most, model, slots, since, until, reason in rows:
        account = found.setdefault(pk, AccountSlots(mode=mode, most=most, models={}, busy={}))
        if model is not None:
            account.models[model] = ModelSlots(slots, since, until, reason)
    for pk, model, count in _busy(wanted):
        found[pk].busy[model] = count
    return found


def _busy(account_ids: list[int]) -> list[tuple[int, str, int]]:
    under_way = Attempt.objects.filter(Among("state", ATTEMPT_UNDER_WAY), account__in=account_ids)
    counted = under_way.values("account_id", "model").annotate(count=Count("pk")).order_by()
    return list(counted.values_list("account_id", "model", "count"))


def slots_by_model(mode: str) -> dict[tuple[str, str], int]:
    """The numbers that models have of their own, by provider and model."""
    rows = ModelLimit.objects.filter(account__mode=mode, slots__isnull=False)
    told = rows.values_list("account__provider", "model", "slots")
    return {(provider, model): slots for provider, model, slots in told if slots}


def count_alone(account_id: int, trip: OneTrip) -> None:
    """Before whoever takes a slot where one `IS_FREE`, in the same transaction.

    The account's row is locked until that ends, so no two workers count the same slot as free.
    It is the lock that rows which name the account do not wait for. SQLite has one writer anyway.
    """
    if connection.features.has_select_for_update:
        trip.add(_LOCK, [account_id])


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A vendor wants no more of a model for so many seconds; `lasts` when it has for long."""

    seconds: float
    reason: str
    lasts: bool


def keep_quiet(attempt: Attempt, *, seconds: float, reason: str) -> None:
    """The vendor has had too many requests for this model: send it nothing new for a while.

    Without this, each of a thousand waiting clips would have to be refused by itself.
    """
    moment = clock.now()
    until = moment + timedelta(seconds=min(seconds, LONGEST_QUIET[attempt.mode]))
    with waypoints.commit("quiet_kept"):
        limit, _ = ModelLimit.objects.get_or_create(
            account_id=attempt.account_id, model=attempt.model
        )
        if limit.quiet_until is None or limit.quiet_until < until:
            ModelLimit.objects.filter(pk=limit.pk).update(
                quiet_since=limit.quiet_since or moment,
                quiet_until=until,
                quiet_reason=reason[:200],
            )


def limit_of(attempt: Attempt) -> ModelLimit | None:
    """What is known of the attempt's model at its account."""
    return ModelLimit.objects.filter(account=attempt.account_id, model=attempt.model).first()


def quiet_of(attempt: Attempt, limit: ModelLimit | None) -> Quiet | None:
    """Whether the attempt's vendor wants quiet for its model now."""
    moment = clock.now()
    if limit is None or limit.quiet_until is None or limit.quiet_until <= moment:
        return None
    since = max(limit.quiet_since or moment, attempt.created_at)
    return Quiet(
        seconds=(limit.quiet_until - moment).total_seconds(),
        reason=limit.quiet_reason,
        lasts=(moment - since).total_seconds() > LASTS[attempt.mode],
    )


def note_taken(limit: ModelLimit | None) -> None:
    """The vendor has taken a request for this model, which it may have wanted quiet for before."""
    if limit is None or limit.quiet_since is None:
        return
    ModelLimit.objects.filter(pk=limit.pk).update(
        quiet_since=None, quiet_until=None, quiet_reason=""
    )
    waypoints.passed("quiet_ended")
