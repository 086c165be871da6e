"""Making takes: one batch, one hold, one job for each, in the order asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.access import Access
from campaigns.models import Campaign, Shot, Take, TemplateUse
from generation import batches
from generation.asks import JobAsk, Refused
from generation.models import Batch
from providers.types import GenerationMode, Tier

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class TakeWish:
    """One more take of a shot; what is None is as the shot says.

    `ask` replaces all of it, for a take that repeats what was asked before.
    """

    shot: Shot
    prompt: str | None = None
    tier: Tier | None = None
    seed: int | None = None
    provider: str | None = None
    seconds: int | None = None
    note: str = ""
    factors: dict[str, str] = field(default_factory=dict)
    promoted_from: Take | None = None
    ask: JobAsk | None = None


@dataclass(frozen=True, kw_only=True)
class MadeTakes:
    """The takes in the order of the wishes, and the batch that pays for them."""

    batch: Batch
    takes: tuple[Take, ...]


def make(
    access: Access,
    campaign: Campaign,
    wishes: Sequence[TakeWish],
    *,
    quote_uid: str = "",
    name: str = "",
) -> MadeTakes:
    """Admit all wishes or none. Raises Refused or BudgetExceeded; then nothing was made."""
    if not wishes:
        raise Refused("Choose at least one shot.", field="shots", code="required")
    with transaction.atomic():
        numbers = _next_numbers([wish.shot for wish in wishes])
        made = batches.create(
            access,
            [ask_for(campaign, wish) for wish in wishes],
            use_cost_optimization=False,
            quote_uid=quote_uid,
            name=(name or campaign.name)[:LONGEST_NAME],
            origins=[w.promoted_from.job if w.promoted_from else None for w in wishes],
        )
        takes = []
        for wish, job in zip(wishes, made.jobs, strict=True):
            numbers[wish.shot.pk] += 1
            take = Take(
                workspace_id=campaign.workspace_id,
                mode=campaign.mode,
                shot=wish.shot,
                job=job,
                number=numbers[wish.shot.pk],
                factors=wish.factors,
                note=wish.note,
                made_of=(wish.promoted_from or wish.shot).made_of,
                promoted_from=wish.promoted_from,
            )
            takes.append(take)
        Take.objects.bulk_create(takes)
        _note_templates(wishes, takes)
    return MadeTakes(batch=made.batch, takes=tuple(takes))


def ask_for(campaign: Campaign, wish: TakeWish) -> JobAsk:
    """The job that a wish stands for, priced by quotes and made by batches alike."""
    shot = wish.shot
    if wish.ask is not None:
        return replace(wish.ask, campaign=campaign.uid, metadata={"shot": shot.uid})
    mode = GenerationMode.IMAGE_TO_VIDEO if shot.picture else GenerationMode.TEXT_TO_VIDEO
    return JobAsk(
        prompt=shot.prompt if wish.prompt is None else wish.prompt,
        generation_mode=mode,
        seconds=wish.seconds or shot.seconds,
        tier=wish.tier or Tier(shot.tier),
        ratio=shot.ratio,
        negative_prompt=shot.negative_prompt,
        style=shot.style,
        seed=shot.seed if wish.seed is None else wish.seed,
        picture_uid=shot.picture.uid if shot.picture else "",
        provider=shot.provider if wish.provider is None else wish.provider,
        campaign=campaign.uid,
        metadata={"shot": shot.uid},
    )


def _next_numbers(shots: Sequence[Shot]) -> dict[int, int]:
    """The highest number of each shot so far; the rows are locked, so that no two are equal."""
    ids = sorted({shot.pk for shot in shots})
    list(Shot.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    taken = Take.objects.filter(shot__in=ids).values_list("shot_id").annotate(top=Max("number"))
    return {**dict.fromkeys(ids, 0), **dict(taken.order_by())}


def _note_templates(wishes: Sequence[TakeWish], takes: Sequence[Take]) -> None:
    pairs = zip(_templates(wishes), takes, strict=True)
    TemplateUse.objects.bulk_create(
        TemplateUse(
            workspace_id=take.workspace_id,
            mode=take.mode,
            job_id=take.job_id,
            version_id=used[0],
            values=used[1],
        )
        for used, take in pairs
        if used is not None
    )


def _templates(wishes: Sequence[TakeWish]) -> Iterator[tuple[int, dict[str, Any]] | None]:
    """The template version and values that each prompt was written with, if any.

    A promoted take was written as its draft was; a prompt of one's own was written by none.
    """
    drafts = [wish.promoted_from for wish in wishes if wish.promoted_from]
    uses = {use.job_id: use for use in TemplateUse.objects.filter(job__take__in=drafts)}
    for wish in wishes:
        shot, draft = wish.shot, wish.promoted_from
        if draft is not None:
            use = uses.get(draft.job_id)
            yield (use.version_id, use.values) if use else None
        elif shot.template_version_id and wish.prompt in (None, shot.prompt):
            yield shot.template_version_id, shot.template_values
        else:
            yield None
