"""Putting a campaign away and bringing it back; nothing of it is lost or stopped by that."""

from django.db import transaction

from accounts.access import Access
from campaigns.history import note_change
from campaigns.models import Campaign
from generation import clock


def set_archived(access: Access, campaign: Campaign, *, archived: bool) -> Campaign:
    """Archived campaigns leave the list. Twice is harmless."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("centre").get(pk=campaign.pk)
        subject = f"campaign:{found.uid}"
        before, after = {"archived": found.archived_at is not None}, {"archived": archived}
        if note_change(access, "campaign.change", subject, before=before, after=after):
            found.archived_at = clock.now() if archived else None
            found.save(update_fields=["archived_at"])
    campaign.archived_at = found.archived_at
    return campaign
