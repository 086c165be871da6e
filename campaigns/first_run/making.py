"""The steps that make footage: drafts, single clips of every outcome, a batch, verdicts, a final,
variants and what they did as ads. Charges are rehearsed; the sandbox makes the clips."""

from datetime import timedelta

from accounts.access import Access
from campaigns import judging, promoting, storyboard, takes
from campaigns.first_run import story
from campaigns.first_run.setting_up import campaign_of
from campaigns.models import FirstRun, Shot, Take
from campaigns.promoting import Promotion, wanted_tier
from campaigns.rehearsal import films
from campaigns.takes import TakeWish
from campaigns.variants import making
from campaigns.variants.matrix import matrix
from campaigns.winners.importing import import_results
from generation import batches, clock, jobs
from generation.asks import JobAsk
from generation.choices import JOB_ENDED, JobState
from providers.types import Tier

DRAFTS_EACH = 2
MOST_VARIANTS = 4
STARS = (5, 3)
# Impressions and clicks of the variants, in their order: one of them wins clearly.
AD_FIGURES = ((9_400, 96), (9_150, 118), (9_800, 301), (9_060, 110))


def make_drafts(run: FirstRun, access: Access) -> None:
    """Two drafts of every shot under one hold."""
    campaign = campaign_of(run)
    shots = storyboard.shots_of(campaign)
    wishes = [TakeWish(shot=shot) for shot in shots for _ in range(DRAFTS_EACH)]
    takes.make(access, campaign, wishes)


def make_others(run: FirstRun, access: Access) -> None:
    """A batch of its own, one clip that a vendor refuses, one that fails; and the film."""
    campaign = campaign_of(run)
    asks = [_ask(run, prompt) for prompt in story.LANTERNS]
    batches.create(access, asks, use_cost_optimization=False, name=story.BATCH)
    jobs.create(access, _ask(run, story.FAILING, fallback=False))
    jobs.create(access, _ask(run, story.REFUSED, fallback=False))
    films.ask(access, campaign)


def judge(run: FirstRun, access: Access) -> None:
    """Stars for all drafts, a pick for each shot but the last, and one rejection."""
    shots = list(storyboard.shots_of(campaign_of(run)))
    for shot in shots:
        done = _done(shot)
        for take, stars in zip(done, STARS, strict=False):
            judging.rate(access, take, rating=stars)
        if done and shot.pk != shots[-1].pk:
            judging.pick(access, done[0])
    if len(second := _done(shots[0])) > 1:
        judging.reject(access, second[1], reason=story.REJECTED_FOR, note="Too hasty")


def promote_and_vary(run: FirstRun, access: Access) -> None:
    """A final of the first pick, and four variants of the second shot."""
    campaign = campaign_of(run)
    shots = list(storyboard.shots_of(campaign))
    picked = shots[0].picked
    tier = wanted_tier(picked, campaign.brief) if picked else None
    if picked and tier:
        promoting.promote(access, campaign, [Promotion(take=picked, tier=tier)])
    variants = matrix(shots[1].prompt, factors=story.FACTORS, most=MOST_VARIANTS).variants
    wishes = making.wishes(shots[1], variants, tier=Tier.DRAFT, note="Which light, which camera")
    takes.make(access, campaign, wishes)


def report_ads(run: FirstRun, access: Access) -> None:
    """What the variants did in their first days, as the platform's CSV would tell it."""
    campaign = campaign_of(run)
    ran = [take for take in _all(run).exclude(factors={}) if _is_done(take)]
    lines = ["take,placement,day,impressions,clicks,conversions,spend"]
    for take, (seen, clicks) in zip(ran, AD_FIGURES, strict=False):
        for back in (2, 1):
            day = clock.now().date() - timedelta(days=back)
            told = (seen // 2, clicks // 2, clicks // 20, f"{seen / 1000:.2f}")
            lines.append(f"{take.uid},Instagram Reels,{day},{','.join(map(str, told))}")
    if ran:
        content = "\n".join(lines).encode()
        import_results(access, campaign, content, source="rehearsal-ads.csv")


def all_ended(run: FirstRun) -> bool:
    """Whether no take of the campaign is still being made."""
    return not _all(run).exclude(job__state__in=JOB_ENDED).exists()


def counted(run: FirstRun) -> tuple[int, int]:
    """How many takes have ended, of how many."""
    rows = _all(run)
    return rows.filter(job__state__in=JOB_ENDED).count(), rows.count()


def _all(run: FirstRun):  # type: ignore[no-untyped-def]
    rows = Take.objects.filter(shot__campaign=campaign_of(run)).select_related("job")
    return rows.order_by("pk")


def _done(shot: Shot) -> list[Take]:
    drafts = shot.takes.filter(promoted_from=None, factors={}).select_related("job")
    return [take for take in drafts.order_by("number") if _is_done(take)]


def _is_done(take: Take) -> bool:
    return take.job.state == JobState.COMPLETED


def _ask(run: FirstRun, prompt: str, *, fallback: bool = True) -> JobAsk:
    return JobAsk(
        prompt=prompt, tier=Tier.DRAFT, enable_fallback=fallback, campaign=campaign_of(run).uid
    )
