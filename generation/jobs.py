"""Making, cancelling and repeating jobs. Every door calls these."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.access import Access
from generation import attempts, centres, clock, outcomes, queue, quoted, waypoints
from generation.asks import Checked, Checker, JobAsk, Refused, frozen, normal
from generation.busy import unless_deadlocked
from generation.choices import JOB_OPEN, AttemptState
from generation.events import note
from generation.line import turn_of
from generation.many_rows import build, insert, insert_unread
from generation.models import Attempt, Batch, CentreKind, CostCentre, Event, Job
from generation.money import ledger
from generation.one_trip import OneTrip
from generation.routing import Route, tier_above
from generation.wording import provider_name
from providers.catalogue import offers_today
from providers.types import GenerationMode, Tier

RING_EACH = 20


class Ended(Exception):
    """The job has ended already, so there is nothing to cancel."""


@dataclass(frozen=True, kw_only=True)
class Cancelling:
    """What a request to cancel has achieved: `done` at once, or passed on to the vendor."""

    done: bool
    message: str


@unless_deadlocked
def create(
    access: Access, ask: JobAsk, *, made_from: Job | None = None, quote_uid: str = ""
) -> Job:
    """Admit one job: priced, held and planned, or nothing at all.

    With a quote it is made at the quoted prices. Raises Refused, or BudgetExceeded when a hard
    budget has too little left.
    """
    origin = made_from.pk if made_from else None
    with waypoints.commit("admitted"):
        [checked] = checked_all(access, [ask], quote_uid=quote_uid)
        centre = centre_of(access, ask)
        [job] = admit(access, [replace(checked, made_from_id=origin)], centre=centre)
    return job


def checked_all(access: Access, asks: Sequence[JobAsk], *, quote_uid: str = "") -> list[Checked]:
    """All asks checked on one state of the market, on a quote's lines where one is named.

    Raises Refused; of several asks the one at fault is named where its prompt is.
    """
    lines = quoted.take(access, quote_uid, asks) if quote_uid else [None] * len(asks)
    checker = Checker(access)
    routes: dict[int, Route] = {}
    checked = []
    for index, (ask, line) in enumerate(zip(asks, lines, strict=True)):
        if line is not None and id(line.legs) not in routes:
            routes[id(line.legs)] = quoted.route_of(line)
        try:
            one = checker.check(ask, route=routes[id(line.legs)] if line else None)
        except Refused as refused:
            if refused.field != "prompt" or len(asks) == 1:
                raise
            at = f"prompts.{index}"
            raise Refused(refused.message, field=at, code=refused.code) from None
        checked.append(replace(one, quoted=line))
    return checked


def centre_of(access: Access, ask: JobAsk) -> CostCentre:
    """Who pays for what is asked. Raises Refused."""
    try:
        return centres.named(access, ask.campaign, client=ask.client)
    except centres.NoSuchCentre as none:
        raise Refused(str(none), field=none.field, code="not_found") from none


@waypoints.inside
def admit(
    access: Access,
    checked: Sequence[Checked],
    *,
    centre: CostCentre,
    batch: Batch | None = None,
) -> list[Job]:
    """All of these jobs with their first attempts and holds; in the caller's transaction."""
    moment = clock.now()
    micros = int(moment.timestamp() * 1_000_000)
    jobs = build(
        Job,
        (
            {
                **_fields(access, one, centre=centre, batch=batch, index=index),
                "turn": turn_of(priority=one.ask.priority, created_micros=micros, index=index),
                "route": legs,
            }
            for index, (one, legs) in enumerate(zip(checked, _legs(access, checked), strict=True))
        ),
    )
    insert(jobs)
    drafts = (
        attempts.drafted(job, job.route[0], centre=centre, next_check_at=moment) for job in jobs
    )
    first = insert(build(Attempt, drafts))
    trip = OneTrip()
    ledger.hold_all(list(zip(first, jobs, strict=True)), trip)
    insert_unread(Event, [_admitted(*pair) for pair in zip(jobs, first, strict=True)], trip)
    trip.send()
    if len(first) > RING_EACH:
        queue.ring_drive()
    else:
        # Each message costs as much as a statement: whom it cannot send at once, the task itself
        # leaves to the driver.
        for attempt in first:
            queue.ring_submit(attempt.pk)
    return jobs


def _fields(
    access: Access, checked: Checked, *, centre: CostCentre, batch: Batch | None, index: int
) -> dict[str, Any]:
    ask, route, line = checked.ask, checked.route, checked.quoted
    return {
        "workspace_id": access.workspace_id,
        "mode": access.mode,
        "cost_centre": centre,
        "batch": batch,
        "item_index": index if batch else None,
        "quote_id": line.quote_id if line else None,
        "quote_line": line.line if line else None,
        "created_by_id": access.user_id,
        "api_key_id": access.api_key_id,
        "made_from_id": checked.made_from_id,
        "generation_mode": ask.generation_mode,
        "prompt": normal(ask.prompt),
        "negative_prompt": normal(ask.negative_prompt),
        "style": ask.style,
        "seconds": ask.seconds,
        "tier": ask.tier,
        "ratio": ask.ratio,
        "seed": ask.seed,
        "picture": checked.picture,
        "last_picture": checked.last_picture,
        "provider": ask.provider,
        "enable_fallback": ask.enable_fallback,
        "max_cost_micros": ask.max_cost_micros,
        "priority": ask.priority,
        "metadata": dict(ask.metadata),
        "webhook_url": ask.webhook_url,
        "left_out": [miss.as_json() for miss in route.left_out],
        "estimated_micros": route.likely_micros,
        "cap_micros": route.cap_micros,
    }


def _legs(access: Access, checked: Sequence[Checked]) -> Iterator[list[dict[str, Any]]]:
    """The frozen legs of each: a quote's own, else those of the route, once for each route."""
    terms_of = {offer.offer_id: offer.terms for offer in offers_today(access.mode)}
    known: dict[int, list[dict[str, Any]]] = {}
    for one in checked:
        if one.quoted is not None:
            yield one.quoted.legs
            continue
        if id(one.route) not in known:
            known[id(one.route)] = frozen(one.route, mode=access.mode, terms_of=terms_of)
        yield known[id(one.route)]


def _admitted(job: Job, attempt: Attempt) -> dict[str, Any]:
    return {
        "workspace_id": job.workspace_id,
        "mode": job.mode,
        "job_id": job.pk,
        "attempt_id": attempt.pk,
        "kind": "job.queued",
        "data": {"held_micros": attempt.max_micros, "provider": attempt.provider},
    }


def request_cancel(job: Job) -> Cancelling:
    """Ask for the end of a job: at once while nothing has been sent, else by the vendor.

    Asking twice is harmless. Raises Ended.
    """
    with waypoints.commit("cancel_wished"):
        asked = Job.objects.filter(
            pk=job.pk, state__in=JOB_OPEN, cancel_requested_at__isnull=True
        ).update(cancel_requested_at=clock.now())
        if asked:
            note(job, "job.cancel_requested")
            # The poller looks at once, and passes the wish on.
            Attempt.objects.filter(job=job, state=AttemptState.ACCEPTED).update(
                next_check_at=clock.now()
            )
            queue.ring_drive()
    job.refresh_from_db()
    unsent = Attempt.objects.filter(job=job, state=AttemptState.PLANNED).select_related("job")
    stopped = [outcomes.cancel_planned(attempt) for attempt in unsent]
    job.refresh_from_db()
    # An earlier wish may have found the request on its way; it came back, and this one ended it.
    if job.state == "cancelled" and (asked or any(stopped)):
        return Cancelling(done=True, message="Job cancelled")
    if job.is_ended:
        raise Ended(f"This job is {job.get_state_display().lower()} already; nothing was changed.")
    return Cancelling(done=False, message=_still_running(job))


def _still_running(job: Job) -> str:
    attempt = job.attempts.exclude(state=AttemptState.PLANNED).order_by("-seq").first()
    if attempt is None:
        return "Job cancelled"
    terms = next((o.terms for o in offers_today(job.mode) if o.offer_id == attempt.offer_id), None)
    refund = terms.refund if terms else ""
    name = provider_name(attempt.provider)
    return f"Cancellation requested. {name} is already working on this clip. {refund}".strip()


def retry(access: Access, job: Job) -> Job:
    """The same request once more, as a job of its own. Raises Refused while it still runs."""
    if not job.is_ended:
        raise Refused("This job is still running. Wait for its end or cancel it.", field="job_id")
    return create(access, ask_of(job), made_from=job)


def promote(access: Access, job: Job, *, tier: Tier | None = None) -> Job:
    """The same prompt, seed and pictures at a higher tier, with the draft as its origin."""
    return create(access, higher(job, tier=tier), made_from=job)


def higher(job: Job, *, tier: Tier | None = None) -> JobAsk:
    """What was asked for at a better tier: the next one, or as named. Raises Refused.

    Where no seed was asked for, it is the one that the clip was made with.
    """
    better = tier or tier_above(Tier(job.tier))
    if list(Tier).index(better) <= list(Tier).index(Tier(job.tier)):
        raise Refused(f"Choose a tier above {job.tier}; master is the highest.", field="quality")
    done = [one for one in job.attempts.all() if one.state == AttemptState.SUCCEEDED]
    seed = job.seed
    if seed is None and done:
        seed = max(done, key=lambda one: one.seq).seed
    return replace(ask_of(job), tier=better, seed=seed, provider="")


def ask_of(job: Job) -> JobAsk:
    """What was asked for, to ask for it again."""
    centre = job.cost_centre
    if centre.kind == CentreKind.BATCH and centre.parent is not None:
        centre = centre.parent  # a batch is over; what it was made for goes on paying
    return JobAsk(
        prompt=job.prompt,
        generation_mode=GenerationMode(job.generation_mode),
        seconds=job.seconds,
        tier=Tier(job.tier),
        ratio=job.ratio,
        negative_prompt=job.negative_prompt,
        style=job.style,
        seed=job.seed,
        picture_uid=job.picture.uid if job.picture else "",
        last_picture_uid=job.last_picture.uid if job.last_picture else "",
        provider=job.provider,
        enable_fallback=job.enable_fallback,
        max_cost_micros=job.max_cost_micros,
        priority=job.priority,
        metadata=job.metadata,
        webhook_url=job.webhook_url,
        campaign=centre.uid if centre.kind == CentreKind.CAMPAIGN else "",
        client=centre.uid if centre.kind == CentreKind.CLIENT else "",
    )
