"""From picked drafts to finals: the same request at a better tier, many as one batch, one hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.db import transaction

from accounts.access import Access
from campaigns.clips import End, pinned_frame
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
# Stands for a frame while it is priced: which picture it is has no part in the price.
TO_COME = "to-come"
NOT_PINNED = "No frame of the draft is pinned."
SEED_KEPT = "The seed carries over."


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One take to make again, better. `pin` begins the final with the draft's first frame,
    `pin_last` ends it on the last one where an offer at hand can."""

    take: Take
    tier: Tier
    pin: bool = False
    pin_last: bool = False

    @property
    def from_text(self) -> bool:
        return self.take.job.generation_mode == GenerationMode.TEXT_TO_VIDEO

    @property
    def pins(self) -> bool:
        """Whether a first frame is pinned indeed: a draft made from a photo keeps that photo."""
        return self.pin and self.from_text

    @property
    def wants_end(self) -> bool:
        """Whether the draft's last frame is wanted: beside a picture to begin with, and unless
        the draft itself was asked to end on a picture, which stays."""
        begins = self.pin or not self.from_text
        return self.pin_last and begins and self.take.job.last_picture_id is None


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A promotion with its route, or the reason why there is none and the field to change.

    `ends` tells whether it ends on the draft's own last frame.
    """

    promotion: Promotion
    route: Route | None
    ends: bool = False
    problem: str = ""

    @property
    def words(self) -> str:
        """What of the draft the final keeps, at the offer that is asked first."""
        if self.route is None:
            return self.problem
        first = self.route.legs[0]
        name = provider_name(first.provider)
        between = "the way between them may differ"
        differs = between if self.ends else "expect another take of the same prompt"
        no_seed = f"{name} takes no seed, so {differs}."
        pinned = pin_words(self.promotion, ends=self.ends, name=name)
        return f"{pinned} {SEED_KEPT if 'seed' in first.abilities else no_seed}"


def pin_words(one: Promotion, *, ends: bool, name: str) -> str:
    """Which frames of the draft a final is held to, at the offer of that name."""
    if not one.from_text:
        begins = "Begins with the photo that the draft was made from"
        return f"{begins} and ends on its own last frame, at {name}." if ends else f"{begins}."
    if not one.pins:
        return NOT_PINNED
    if ends:
        return f"Begins and ends on the draft’s own first and last frames, at {name}."
    why = "no offer at hand ends on a picture" if one.wants_end else "the last one is not sent"
    return f"Begins with the draft’s own first frame, at {name}; {why}, so the end may differ."


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


def asks_of(access: Access, campaign: Campaign, promotions: Sequence[Promotion]) -> list[JobAsk]:
    """What would be asked for, as it is priced. Raises Refused for a tier that is not higher."""
    checker = Checker(access)
    return [ask_for(campaign, _wish(one, ask=_ask(one, checker))) for one in promotions]


def quote(access: Access, campaign: Campaign, promotions: Sequence[Promotion]) -> Quote:
    """A kept quote that binds `promote`. Raises Refused; nothing is held."""
    _check(promotions, campaign=campaign)
    asks = asks_of(access, campaign, promotions)
    labels = [_label(one, ask) for one, ask in zip(promotions, asks, strict=True)]
    return quotes.keep(access, asks, kind=QuoteKind.PLAN, labels=labels)


def promote(
    access: Access, campaign: Campaign, promotions: Sequence[Promotion], *, quote_uid: str = ""
) -> MadeTakes:
    """Make all finals as one batch under one hold, or none; drift is measured when they are done.

    Raises Refused or BudgetExceeded, and then nothing was made.
    """
    _check(promotions, campaign=campaign)
    checker, quoted = Checker(access), _quoted_ends(access, quote_uid)
    asks = [_ask(one, checker, ends=ends) for one, ends in zip_longest(promotions, quoted) if one]
    wishes = [
        _wish(one, ask=_with_frames(access, one, ask))
        for one, ask in zip(promotions, asks, strict=True)
    ]
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


def _label(one: Promotion, ask: JobAsk) -> str:
    """What the line of the quote is called: the take, the tier, and which frames are pinned."""
    ends = ask.last_picture_uid == TO_COME
    pinned = [name for name, there in (("first", one.pins), ("last", ends)) if there]
    said = f"Take {one.take.number}, {one.tier.value}"
    frames = "frames" if len(pinned) > 1 else "frame"
    return f"{said}, {' and '.join(pinned)} {frames} pinned" if pinned else said


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
        ask = _ask(one, checker)
        ends = ask.last_picture_uid == TO_COME
        return Priced(promotion=one, route=checker.route(ask), ends=ends)
    except Refused as refused:
        return Priced(promotion=one, route=None, problem=refused.message)


def _wish(one: Promotion, *, ask: JobAsk) -> TakeWish:
    return TakeWish(shot=one.take.shot, ask=ask, factors=one.take.factors, promoted_from=one.take)


def _ask(one: Promotion, checker: Checker, *, ends: bool | None = None) -> JobAsk:
    """The request as it is priced.

    Who asks for both frames is better served by an offer that takes both: while the tier has
    one at hand, those that take no last frame are left out. Where it has none, the first frame
    alone is pinned. `ends` says which of the two was quoted.
    """
    ask = jobs.higher(one.take.job, tier=one.tier)
    if one.pins:
        ask = replace(ask, generation_mode=GenerationMode.IMAGE_TO_VIDEO)
    if not one.wants_end or ends is False:
        return ask
    both = replace(ask, last_picture_uid=TO_COME)
    return both if ends or _possible(checker, both) else ask


def _possible(checker: Checker, ask: JobAsk) -> bool:
    try:
        checker.route(ask)
    except Refused:
        return False
    return True


def _quoted_ends(access: Access, uid: str) -> list[bool]:
    """For each line of the quote, whether it was priced for a last frame: the market may have
    moved since, the promise stays."""
    kept = Quote.objects.within(access).filter(uid=uid).first() if uid else None
    if kept is None:
        return []
    return ["last_image_path" in kept.routes[line["route"]]["terms"] for line in kept.lines]


def _with_frames(access: Access, one: Promotion, ask: JobAsk) -> JobAsk:
    """The request with the frames themselves, taken from the draft's clip."""
    if one.pins:
        ask = replace(ask, picture_uid=pinned_frame(access, one.take, end=End.FIRST).uid)
    if ask.last_picture_uid == TO_COME:
        ask = replace(ask, last_picture_uid=pinned_frame(access, one.take, end=End.LAST).uid)
    return ask
