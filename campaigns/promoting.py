"""From picked drafts to finals: the same request at a better tier, many as one batch, one hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.access import Access
from campaigns.clips import pinned_frame
from campaigns.models import Brief, Campaign, Shot, Take
from campaigns.takes import MadeTakes, TakeWish, ask_for, make
from generation import clock, jobs, quotes
from generation.asks import Checker, JobAsk, Refused
from generation.choices import JOB_OPEN, JobState
from generation.models import Quote, QuoteKind
from generation.routing import Route, tier_above
from generation.wording import provider_name
from providers.types import GenerationMode, Tier

TIERS = tuple(Tier)
PINNED = "Begins with the draft’s own first frame; the last one is not sent, so the end may differ."
PHOTO_STAYS = "Begins with the photo that the draft was made from."
NOT_PINNED = "No frame of the draft is pinned."
SEED_KEPT = "The seed carries over."


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One take to make again, better. `pin` begins the final with the draft's first frame."""

    take: Take
    tier: Tier
    pin: bool = False

    @property
    def pins(self) -> bool:
        """Whether a frame is pinned indeed: a draft made from a photo keeps that photo."""
        return self.pin and self.take.job.generation_mode == GenerationMode.TEXT_TO_VIDEO

    @property
    def pin_words(self) -> str:
        if self.take.job.generation_mode == GenerationMode.IMAGE_TO_VIDEO:
            return PHOTO_STAYS
        return PINNED if self.pin else NOT_PINNED


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A promotion with its route, or the reason why there is none and the field to change."""

    promotion: Promotion
    route: Route | None
    problem: str = ""

    @property
    def words(self) -> str:
        """What of the draft the final keeps, at the offer that is asked first."""
        if self.route is None:
            return self.problem
        first = self.route.legs[0]
        name = provider_name(first.provider)
        no_seed = f"{name} takes no seed, so expect another take of the same prompt."
        return f"{self.promotion.pin_words} {SEED_KEPT if 'seed' in first.abilities else no_seed}"


def wanted_tier(take: Take, brief: Brief | None) -> Tier | None:
    """The tier of the final: the brief's, else one up; None for a take of the highest."""
    own = TIERS.index(Tier(take.job.tier))
    if brief is not None and TIERS.index(Tier(brief.tier)) > own:
        return Tier(brief.tier)
    return tier_above(Tier(take.job.tier)) if own + 1 < len(TIERS) else None


def price(access: Access, promotions: Sequence[Promotion]) -> list[Priced]:
    """What each would cost now. Reads only; keeps and holds nothing."""
    checker = Checker(access)
    return [_priced(checker, one) for one in promotions]


def asks_of(campaign: Campaign, promotions: Sequence[Promotion]) -> list[JobAsk]:
    """What would be asked for, as it is priced. Raises Refused for a tier that is not higher."""
    return [ask_for(campaign, _wish(one, ask=_ask(one))) for one in promotions]


def quote(access: Access, campaign: Campaign, promotions: Sequence[Promotion]) -> Quote:
    """A kept quote that binds `promote`. Raises Refused; nothing is held."""
    _check(promotions, campaign=campaign)
    asks = asks_of(campaign, promotions)
    labels = [f"Take {one.take.number}, {one.tier.value}" for one in promotions]
    return quotes.keep(access, asks, kind=QuoteKind.PLAN, labels=labels)


def promote(
    access: Access, campaign: Campaign, promotions: Sequence[Promotion], *, quote_uid: str = ""
) -> MadeTakes:
    """Make all finals as one batch under one hold, or none; drift is measured when they are done.

    Raises Refused or BudgetExceeded, and then nothing was made.
    """
    _check(promotions, campaign=campaign)
    wishes = [_wish(one, ask=_with_frame(access, one)) for one in promotions]
    name = f"Finals of {campaign.name}"
    with transaction.atomic():
        shots = sorted(one.take.shot_id for one in promotions)
        list(Shot.objects.select_for_update(no_key=True).filter(pk__in=shots).order_by("pk"))
        _check(promotions, campaign=campaign)  # two requests at once take turns here
        made = make(access, campaign, wishes, quote_uid=quote_uid, name=name)
        Take.objects.filter(pk__in=[take.pk for take in made.takes]).update(
            drift_due_at=clock.now()
        )
    return made


def _check(promotions: Sequence[Promotion], *, campaign: Campaign) -> None:
    if not promotions:
        raise Refused("Choose at least one take.", field="takes", code="required")
    seen: set[int] = set()
    for one in promotions:
        take = one.take
        if take.shot.campaign_id != campaign.pk:
            raise Refused(f"Take {take.uid} is of another campaign.", field="takes")
        if take.shot_id in seen:
            raise Refused("Choose one take of each shot.", field="takes", code="twice")
        seen.add(take.shot_id)
        if take.job.state != JobState.COMPLETED:
            raise Refused(
                f"Take {take.uid} is {take.job.get_state_display().lower()}. Choose one that is"
                " completed.",
                field="takes",
                code="not_completed",
            )
        if take.promotions.filter(job__state__in=JOB_OPEN, job__tier=one.tier).exists():
            raise Refused(
                f"A {one.tier} final of take {take.uid} is being made already. Wait for its end.",
                field="takes",
                code="under_way",
            )


def _priced(checker: Checker, one: Promotion) -> Priced:
    try:
        return Priced(promotion=one, route=checker.route(_ask(one)))
    except Refused as refused:
        return Priced(promotion=one, route=None, problem=refused.message)


def _wish(one: Promotion, *, ask: JobAsk) -> TakeWish:
    return TakeWish(shot=one.take.shot, ask=ask, factors=one.take.factors, promoted_from=one.take)


def _ask(one: Promotion) -> JobAsk:
    """The request as it is priced: the frame itself changes no price."""
    ask = jobs.higher(one.take.job, tier=one.tier)
    return replace(ask, generation_mode=GenerationMode.IMAGE_TO_VIDEO) if one.pins else ask


def _with_frame(access: Access, one: Promotion) -> JobAsk:
    ask = _ask(one)
    return replace(ask, picture_uid=pinned_frame(access, one.take).uid) if one.pins else ask
