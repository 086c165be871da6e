"""A cost that a vendor billed and that no job of ours asked for gets a job of its own.

So every cent still leads down to one job. The job was never sent: it holds and releases one
micro-dollar, is cancelled from the start, and its prompt says what it stands for.
"""

import secrets

from accounts.access import Access
from generation import centres, clock
from generation.choices import AttemptState, JobState
from generation.events import note
from generation.models import Attempt, Job, StatementLine
from generation.money import ledger
from generation.money.differences import Difference
from generation.wording import provider_name
from providers.models import PriceRow
from providers.types import GenerationMode, Tier


class NoOffer(Exception):
    """The catalogue knows no offer of this provider that the cost could stand under."""


def adopt(access: Access, difference: Difference, line: StatementLine | None) -> Attempt:
    """The attempt that the cost is booked on. Raises NoOffer."""
    price = _price(difference)
    offer = price.offer
    job = Job.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        cost_centre=centres.root(access.workspace_id, mode=access.mode),
        created_by_id=access.user_id,
        generation_mode=GenerationMode.TEXT_TO_VIDEO,
        prompt=_prompt(difference),
        seconds=min(line.seconds or 0, 3600) if line else 0,
        tier=Tier.DRAFT,
        ratio="16:9",
        provider=difference.provider,
        estimated_micros=0,
        cap_micros=0,
        state=JobState.CANCELLED,
        ended_at=clock.now(),
    )
    attempt = Attempt.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        job=job,
        seq=0,
        account_id=difference.account_id,
        offer=offer,
        price_row=price,
        provider=difference.provider,
        model=difference.model or offer.model,
        leg={"transport": offer.transport, "billed_seconds": 0},
        seed=0,
        hook_token_hash=secrets.token_hex(32),
        max_micros=1,
        state=AttemptState.CANCELLED,
        next_check_at=clock.now(),
        ended_at=clock.now(),
        reason="It stands for a cost on the provider's bill; nothing was sent.",
    )
    ledger.adopt(attempt, job)
    note(job, "cost.adopted", attempt.reason, attempt=attempt)
    return attempt


def _prompt(difference: Difference) -> str:
    name = provider_name(difference.provider)
    if difference.task_id:
        return f"Billed by {name} without a request of ours: task {difference.task_id}"
    return f"{name} {difference.model} on {difference.day}: difference between bill and ledger"


def _price(difference: Difference) -> PriceRow:
    rows = PriceRow.objects.filter(offer__provider=difference.provider).select_related("offer")
    exact = rows.filter(offer__model=difference.model).order_by("-valid_from", "-pk").first()
    found = exact or rows.order_by("-valid_from", "-pk").first()
    if found is None:
        raise NoOffer(f"The catalogue has no offer of {difference.provider}.")
    return found
