"""Many clips asked for together: all admitted under one hold, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.access import Access
from generation import centres
from generation.asks import JobAsk, Refused, check
from generation.jobs import Ended, admit, request_cancel
from generation.models import Batch, CentreKind, Job
from generation.routing import tier_above
from providers.market import market

MOST = 1000
HERO_MARK = "(hero shot)"


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A batch with its jobs in the order of the prompts."""

    batch: Batch
    jobs: tuple[Job, ...]


def create(
    access: Access,
    asks: Sequence[JobAsk],
    *,
    use_cost_optimization: bool,
    hero_indexes: Iterable[int] = (),
) -> Admitted:
    """Admit every ask or none. With cost optimisation a hero shot goes one tier up.

    Raises Refused, naming the first prompt at fault, or BudgetExceeded.
    """
    if not 1 <= len(asks) <= MOST:
        raise Refused(f"Send 1 to {MOST} prompts, not {len(asks)}.", field="prompts")
    heroes = _heroes(asks, hero_indexes)
    trade = market(access.mode)
    checked = []
    for index, ask in enumerate(asks):
        lifted = replace(ask, tier=tier_above(ask.tier))
        chosen = lifted if use_cost_optimization and index in heroes else ask
        try:
            checked.append(check(access, chosen, trade=trade))
        except Refused as refused:
            if refused.field == "prompt":
                raise Refused(
                    refused.message, field=f"prompts.{index}", code=refused.code
                ) from None
            raise
    total = sum(one.route.likely_micros for one in checked)
    with transaction.atomic():
        above = centres.named(access, asks[0].campaign)
        centre = centres.add(above, kind=CentreKind.BATCH, name=f"Batch of {len(asks)}")
        batch = Batch.objects.create(
            workspace_id=access.workspace_id,
            mode=access.mode,
            cost_centre=centre,
            created_by_id=access.user_id,
            api_key_id=access.api_key_id,
            total=len(asks),
            estimated_micros=total,
        )
        jobs = admit(access, checked, centre=centre, batch=batch)
    return Admitted(batch=batch, jobs=tuple(jobs))


def _heroes(asks: Sequence[JobAsk], named: Iterable[int]) -> set[int]:
    heroes = set(named)
    if outside := sorted(i for i in heroes if not 0 <= i < len(asks)):
        raise Refused(
            f"There is no prompt {outside[0]}: count from 0 to {len(asks) - 1}.",
            field="hero_indexes",
        )
    return heroes | {i for i, ask in enumerate(asks) if HERO_MARK in ask.prompt.lower()}


def cancel(batch: Batch) -> int:
    """Ask every open job of the batch to end. Returns how many were still open."""
    asked = 0
    for job in batch.jobs.all():
        try:
            request_cancel(job)
        except Ended:
            continue
        asked += 1
    return asked
