"""What was opened as a cost centre alone gets its profile, once and in few queries."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import opening
from campaigns.models import BrandKit, Brief, Campaign, Client
from generation import centres


def adopting(access) -> int:
    with CaptureQueriesContext(connection) as asked:
        opening.adopt(access)
    return len(asked)


def test_adopting(access):
    acme = centres.open_client(access, name="Acme")
    centres.open_campaign(access, name="Spring", client=acme)
    first = adopting(access)
    for number in range(5):
        client = centres.open_client(access, name=f"Client {number}")
        centres.open_campaign(access, name=f"Campaign {number}", client=client)
    centres.open_campaign(access, name="Ours", client=None)
    assert adopting(access) == first
    assert adopting(access) == 2
    assert Client.objects.count() == BrandKit.objects.count() == 6
    assert Campaign.objects.count() == Brief.objects.count() == 7
    assert Campaign.objects.get(centre__name="Spring").client.name == "Acme"
    assert Campaign.objects.get(centre__name="Ours").client is None
    newest = Campaign.objects.order_by("-pk").values_list("centre__name", flat=True)
    assert list(newest)[:2] == ["Ours", "Campaign 4"]


def test_another_mode_and_workspace_are_left_alone(access, foreign_caller):
    made = foreign_caller.post("cost-centres", {"kind": "client", "name": "Theirs"})
    assert made.status_code == 201
    opening.adopt(access)
    assert Client.objects.count() == 0
