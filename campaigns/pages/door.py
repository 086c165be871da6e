"""The client or campaign that an address names; another workspace's does not exist."""

from django.http import Http404

from accounts.access import Access
from campaigns import opening
from campaigns.models import Campaign, Client


def client_or_404(access: Access, uid: str) -> Client:
    client = opening.client_by(access, uid)
    if client is None:
        raise Http404("There is no such client in this workspace and mode.")
    return client


def campaign_or_404(access: Access, uid: str) -> Campaign:
    campaign = opening.campaign_by(access, uid)
    if campaign is None:
        raise Http404("There is no such campaign in this workspace and mode.")
    return campaign
