"""Taking in what ads did: the whole file or nothing, and the same file twice changes nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns.models import AdResult, Campaign, Take
from campaigns.winners.results_csv import Fault, ResultRow, read_results
from generation import clock
from generation.choices import AssetKind, AssetState
from generation.media import file_name
from generation.models import Asset

FIELDS = ("impressions", "clicks", "conversions", "spend_micros")


class BadResults(Exception):
    """The file cannot be taken as it is; nothing of it was."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many rows were new, were replaced by other figures, or were there already."""

    added: int
    changed: int
    unchanged: int


def import_results(
    access: Access, campaign: Campaign, content: bytes, *, source: str = ""
) -> Imported:
    """Take in a CSV of results, all rows or none. Raises BadResults, naming every bad cell."""
    # A platform's day may be ahead of ours.
    today = clock.now().date() + timedelta(days=1)
    sheet = read_results(content, takes=_names(campaign), today=today)
    if sheet.faults:
        raise BadResults(sheet.faults)
    with transaction.atomic():
        # One import of a campaign at a time, so that none counts what another one adds.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        known = _known(campaign)
        fresh = [row for row in sheet.rows if _key(row) not in known]
        moved = [row for row in sheet.rows if known.get(_key(row), _counts(row)) != _counts(row)]
        written = [_result(access, campaign, row, source=source) for row in [*fresh, *moved]]
        AdResult.objects.bulk_create(
            written,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["take", "placement", "day"],
            update_fields=[*FIELDS, "source", "imported_by", "imported_at"],
        )
        done = Imported(
            added=len(fresh),
            changed=len(moved),
            unchanged=len(sheet.rows) - len(fresh) - len(moved),
        )
        told = {**vars(done), "file": source, "sha256": hashlib.sha256(content).hexdigest()}
        record(access, "results.import", f"campaign:{campaign.uid}", after=told)
    return done


def _names(campaign: Campaign) -> Mapping[str, int]:
    """What a row may call a take: its id, its clip's id, its clip's file name. Two queries."""
    names = dict(Take.objects.filter(shot__campaign=campaign).values_list("uid", "pk"))
    clips = Asset.objects.filter(
        job__take__shot__campaign=campaign, kind=AssetKind.CLIP, state=AssetState.STORED
    )
    for clip in clips.select_related("job__take"):
        if clip.job is not None:
            names[clip.uid] = names[file_name(clip)] = clip.job.take.pk
    return names


def _known(campaign: Campaign) -> dict[tuple[int, str, date], tuple[int, ...]]:
    rows = AdResult.objects.filter(take__shot__campaign=campaign)
    return {
        (take, placement, day): tuple(counts)
        for take, placement, day, *counts in rows.values_list(
            "take_id", "placement", "day", *FIELDS
        )
    }


def _key(row: ResultRow) -> tuple[int, str, date]:
    return row.take_id, row.placement, row.day


def _counts(row: ResultRow) -> tuple[int, ...]:
    return row.impressions, row.clicks, row.conversions, row.spend_micros


def _result(access: Access, campaign: Campaign, row: ResultRow, *, source: str) -> AdResult:
    return AdResult(
        workspace_id=campaign.workspace_id,
        mode=campaign.mode,
        take_id=row.take_id,
        placement=row.placement,
        day=row.day,
        impressions=row.impressions,
        clicks=row.clicks,
        conversions=row.conversions,
        spend_micros=row.spend_micros,
        source=source[:200],
        imported_by_id=access.user_id,
        imported_at=clock.now(),
    )
