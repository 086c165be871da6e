"""Which picked takes still need a final, at which tier, and how the finals made stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.access import Access
from campaigns.models import Campaign, Shot, Take
from campaigns.promoting import TIERS, Promotion, wanted_tier
from campaigns.take_reading import told
from footage.drift import NEEDS_A_LOOK
from generation.asks import Refused
from generation.choices import JOB_OPEN, JobState
from providers.types import Tier


@dataclass(frozen=True, kw_only=True)
class ShotFinal:
    """A shot on its way to a final: its pick, and the promotions of that pick, newest first."""

    shot: Shot
    picked: Take
    promotions: tuple[Take, ...]

    @property
    def newest(self) -> Take | None:
        return self.promotions[0] if self.promotions else None

    @property
    def under_way(self) -> bool:
        """Whether a final of this pick is being made, or waits for a person's word."""
        newest = self.newest
        if newest is None or self.shot.final_id == newest.pk:
            return False
        return newest.job.state in (*JOB_OPEN, JobState.COMPLETED)

    @property
    def is_final(self) -> bool:
        return self.shot.final_id is not None

    @property
    def needs_a_look(self) -> bool:
        newest = self.newest
        return newest is not None and newest.drift is not None and newest.drift >= NEEDS_A_LOOK


def shots_of(campaign: Campaign) -> list[ShotFinal]:
    """Every picked shot in the order of the storyboard. Six queries however many there are."""
    rows = Shot.objects.filter(campaign=campaign, removed_at=None, picked__isnull=False)
    shots = list(rows.order_by("position", "pk"))
    wanted = [shot.picked_id for shot in shots if shot.picked_id is not None]
    picked = {take.pk: take for take in told(Take.objects.filter(pk__in=wanted))}
    made: dict[int, list[Take]] = {}
    for take in told(Take.objects.filter(promoted_from__in=wanted)).order_by("-number"):
        made.setdefault(take.promoted_from_id or 0, []).append(take)
    return [
        ShotFinal(
            shot=shot,
            picked=picked[shot.picked_id or 0],
            promotions=tuple(made.get(shot.picked_id or 0, ())),
        )
        for shot in shots
    ]


def waiting(shots: Iterable[ShotFinal]) -> list[ShotFinal]:
    """Those without a final, of which none is being made."""
    return [one for one in shots if not one.is_final and not one.under_way]


def tier_of(take: Take, campaign: Campaign, *, tier: Tier | None) -> Tier | None:
    """The tier to promote to; None where the take has it, or a better one, already."""
    if tier is None:
        brief = Tier(campaign.brief.tier)
        if TIERS.index(Tier(take.job.tier)) >= TIERS.index(brief):
            return None
        return wanted_tier(take, campaign.brief)
    return tier if TIERS.index(tier) > TIERS.index(Tier(take.job.tier)) else None


def promotions_of(
    campaign: Campaign,
    takes: Sequence[Take],
    *,
    tier: Tier | None,
    pin: bool,
    pin_last: bool = False,
) -> list[Promotion]:
    """For takes that somebody has named: at the tier, else the brief's, else one up.

    Raises Refused for one that cannot go higher.
    """
    found = []
    for take in takes:
        better = tier or wanted_tier(take, campaign.brief)
        if better is None:
            raise Refused(
                f"Take {take.uid} is of the master tier already. Make it final as it is.",
                field="takes",
            )
        found.append(Promotion(take=take, tier=better, pin=pin, pin_last=pin_last))
    return found


def all_waiting(
    campaign: Campaign, *, tier: Tier | None, pin: bool, pin_last: bool = False
) -> list[Promotion]:
    """Promotions of every pick that waits for a final and is below the wanted tier."""
    found = []
    for one in waiting(shots_of(campaign)):
        better = tier_of(one.picked, campaign, tier=tier)
        if better is not None:
            found.append(Promotion(take=one.picked, tier=better, pin=pin, pin_last=pin_last))
    return found


def named(access: Access, campaign: Campaign, uids: Sequence[str]) -> list[Take]:
    """The takes of those ids, in that order. Raises Refused for one that is not there."""
    rows = told(Take.objects.within(access).filter(shot__campaign=campaign, uid__in=uids))
    known = {take.uid: take for take in rows}
    for uid in uids:
        if uid not in known:
            raise Refused(f"There is no take {uid} in this campaign.", field="takes")
    return [known[uid] for uid in dict.fromkeys(uids)]
