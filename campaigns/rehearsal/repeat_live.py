"""Repeating a rehearsed campaign live: the plan goes over, and a quote says what it will cost.

Takes, money and films stay in test mode. Nothing is spent and nothing is held.
"""

from dataclasses import dataclass, replace

from django.db import transaction

from accounts.access import Access, Forbidden, require
from accounts.audit import record
from accounts.models import Mode
from campaigns import drafting, opening
from campaigns.models import Campaign, LiveRepeat, Shot
from campaigns.rehearsal.live_copies import live_client
from campaigns.rehearsal.live_plan import copy_plan
from generation.asks import Refused
from generation.models import CentreKind, CostCentre, Quote

WRONG_KEY = (
    "This key works in test mode, and repeating a campaign live writes into live mode. Use a"
    " live key (aiv_live_…), or sign in as a person."
)


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """The live campaign, `new` if it was made just now, and what its shots will cost.

    `quote` is None where they cannot be priced as they are; `problem` says why, and what to
    change in the live storyboard.
    """

    campaign: Campaign
    access: Access
    new: bool
    quote: Quote | None
    problem: str = ""


def source_of(access: Access, uid: str) -> Campaign | None:
    """The campaign of test mode that is meant; none of that id in this workspace is None.

    Raises Forbidden for a key of test mode and for whoever may not plan and generate live, and
    Refused for a campaign that is live already.
    """
    if access.api_key_id is not None and access.mode != Mode.LIVE:
        raise Forbidden(WRONG_KEY)
    live = replace(access, mode=Mode.LIVE)
    require(live, "campaigns:write")
    require(live, "jobs:write")
    found = opening.campaign_by(replace(access, mode=Mode.TEST), uid)
    if found is None and opening.campaign_by(live, uid) is not None:
        words = "This campaign is live already. Name one of test mode."
        raise Refused(words, field="campaign", code="live_already")
    return found


def repeat_live(access: Access, source: Campaign) -> Repeated:
    """Copy the plan of `source` (from `source_of`) into live mode, and price it.

    Once for each version of its brief: asked again, the same live campaign comes back with a
    fresh quote. Raises Refused; then nothing was written.
    """
    live = replace(access, mode=Mode.LIVE)
    with transaction.atomic():
        # A second request waits here, and then finds what the first has made.
        Campaign.objects.select_for_update(no_key=True).get(pk=source.pk)
        kept = LiveRepeat.objects.filter(source=source, brief_version=source.brief.version)
        known = kept.select_related("campaign__centre").first()
        campaign = known.campaign if known else _copied(live, source)
        shots = Shot.objects.filter(campaign=campaign, removed_at=None)
        quote, problem = _quoted(live, campaign, list(shots.select_related("picture")))
    return Repeated(campaign=campaign, access=live, new=known is None, quote=quote, problem=problem)


def _copied(live: Access, source: Campaign) -> Campaign:
    client = live_client(live, source.client) if source.client else None
    campaign = opening.open_campaign(live, name=_free_name(live, source.name), client=client)
    campaign.made_from = source
    campaign.save(update_fields=["made_from"])
    copy_plan(live, source, campaign)
    LiveRepeat.objects.create(
        workspace_id=live.workspace_id,
        mode=live.mode,
        source=source,
        brief_version=source.brief.version,
        campaign=campaign,
        created_by_id=live.user_id,
    )
    told = {"made_from": source.uid, "brief_version": source.brief.version}
    record(live, "campaign.repeat_live", f"campaign:{campaign.uid}", after=told)
    return campaign


def _quoted(live: Access, campaign: Campaign, shots: list[Shot]) -> tuple[Quote | None, str]:
    try:
        return drafting.quote(live, campaign, shots), ""
    except Refused as refused:
        return None, refused.message


def _free_name(live: Access, name: str) -> str:
    """The name itself, else with the first free number behind it."""
    taken = CostCentre.objects.within(live).filter(kind=CentreKind.CAMPAIGN)
    names = {known.casefold() for known in taken.values_list("name", flat=True)}
    number, free = 1, name
    while free.casefold() in names:
        number += 1
        free = f"{name[:190]} {number}"
    return free
