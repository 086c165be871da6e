"""Takes with everything that a list of them tells, in a number of queries that does not grow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.access import Access
from campaigns.models import Campaign, Shot, Take
from campaigns.sources import Stale, stale
from generation.choices import JOB_OPEN, AssetKind, AssetState, AttemptState
from generation.models import Asset, Attempt
from generation.wording import provider_name

RATIO_SLACK = 0.02


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One thing about a take that a person should know before picking it."""

    word: str
    words: str
    tone: str = "accent"


def told(takes: QuerySet[Take]) -> QuerySet[Take]:
    """With job, shot, judge, attempts and stored clips at hand: two queries more."""
    clips = Asset.objects.filter(kind=AssetKind.CLIP, state=AssetState.STORED).order_by("unclaimed")
    story: list[Any] = [
        Prefetch("job__assets", queryset=clips),
        Prefetch("job__attempts", queryset=Attempt.objects.order_by("seq")),
    ]
    return takes.select_related(
        "job__batch",
        "job__cost_centre__parent",
        "job__picture",
        "job__last_picture",
        "shot__campaign__centre",
        "shot__campaign__brief",
        "judged_by",
        "promoted_from",
    ).prefetch_related(*story)


def take_by(access: Access, uid: str) -> Take | None:
    """The take of that id; another workspace's or mode's is none."""
    return told(Take.objects.within(access)).filter(uid=uid).first()


def shot_by(access: Access, uid: str) -> Shot | None:
    """A shot that is still on its storyboard."""
    rows = Shot.objects.within(access).filter(uid=uid, removed_at=None)
    return rows.select_related(
        "campaign__centre", "campaign__brief", "picture", "template_version__template", "product"
    ).first()


def of_campaign(campaign: Campaign) -> QuerySet[Take]:
    """In the order of the storyboard, and of each shot in the order that they were made."""
    rows = told(Take.objects.filter(shot__campaign=campaign, shot__removed_at=None))
    return rows.order_by("shot__position", "shot_id", "number")


def clip(take: Take) -> Asset | None:
    """The stored clip of a take from `told`; no query."""
    found = [one for one in take.job.assets.all() if not one.unclaimed]
    return found[0] if found else None


def last_try(take: Take) -> Attempt | None:
    """The attempt that delivered, else the last one."""
    tries = list(take.job.attempts.all())
    done = [one for one in tries if one.state == AttemptState.SUCCEEDED]
    return next(reversed(done or tries), None)


def moved_on(take: Take, *, current: Mapping[str, tuple[str, int]]) -> tuple[Stale, ...]:
    return stale(take.made_of, current=current)


def flags(take: Take) -> list[Flag]:
    """What the checks found. A clip that is black, frozen, cut short or of another length never
    gets here: it is refused on arrival."""
    found = []
    job, done = take.job, last_try(take)
    asset = clip(take)
    if asset is not None and asset.width and asset.height:
        across, down = (int(side) for side in job.ratio.split(":"))
        if abs(asset.width / asset.height - across / down) > RATIO_SLACK * across / down:
            size = f"{asset.width} × {asset.height}"
            found.append(Flag(word="Ratio", words=f"It is {size}, and {job.ratio} was asked."))
    if asset is not None and done is not None and done.leg.get("needs_reframe"):
        native = done.leg.get("native_ratio", "")
        words = f"{provider_name(done.provider)} made it in {native}; it was reframed."
        found.append(Flag(word="Reframed", words=words, tone="wait"))
    if done is not None and done.leg_index and job.state not in JOB_OPEN:
        first = provider_name(job.route[0]["provider"])
        words = f"{first} did not deliver, so {provider_name(done.provider)} made it."
        found.append(Flag(word="Fallback", words=words, tone="wait"))
    return found
