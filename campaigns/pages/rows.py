"""Campaigns as rows of a list: deadline, money, and what each waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.access import Access
from campaigns import briefs
from campaigns.figures import Figures, figures
from campaigns.models import Campaign
from campaigns.pages.waiting import Waiting, waits
from generation import clock
from generation.money.report_span import today_in, zone_of
from generation.pages.budget_meter import Meter, meter

MOST_WAITS = 2


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """`late` days have gone since the deadline; `meter` is None where no budget was agreed."""

    campaign: Campaign
    deadline: date | None
    late: bool
    figures: Figures
    meter: Meter | None
    waits: tuple[Waiting, ...]


def rows_of(access: Access, campaigns: Sequence[Campaign]) -> list[CampaignRow]:
    """In the same order, with the same few queries however many they are."""
    counted, said = figures(access, campaigns), briefs.fields_by_campaign(campaigns)
    today = today_in(zone_of(access.workspace_id), now=clock.now())
    return [_row(one, counted[one.pk], fields=said[one.pk], today=today) for one in campaigns]


def meter_of(found: Figures) -> Meter | None:
    if found.agreed is None:
        return None
    return meter(limit=found.agreed, held=found.held, spent=found.spent)


def _row(
    campaign: Campaign, found: Figures, *, fields: briefs.BriefFields, today: date
) -> CampaignRow:
    finished = 0 < found.shots.total == found.shots.final
    return CampaignRow(
        campaign=campaign,
        deadline=fields.deadline,
        late=fields.deadline is not None and fields.deadline < today and not finished,
        figures=found,
        meter=meter_of(found),
        waits=waits(found, missing=len(briefs.missing(fields)))[:MOST_WAITS],
    )
