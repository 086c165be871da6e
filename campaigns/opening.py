"""Opening clients and campaigns, and finding them again by their public ids."""

from django.db import transaction

from accounts.access import Access
from campaigns.models import BrandKit, Brief, Campaign, Client
from generation import centres
from generation.asks import Refused
from generation.models import CentreKind, CostCentre


def open_client(access: Access, *, name: str) -> Client:
    """A new client with an empty brand kit. Raises Refused for a name that is taken or none."""
    with transaction.atomic():
        return _client_of(centres.open_client(access, name=name))


def open_campaign(access: Access, *, name: str, client: Client | None = None) -> Campaign:
    """A new campaign with an empty brief. Raises Refused for a name that is taken or none, and
    for an archived client."""
    if client is not None and client.archived_at is not None:
        raise Refused(f"{client.name} is archived. Bring the client back first.", field="client")
    with transaction.atomic():
        above = client.centre if client else None
        centre = centres.open_campaign(access, name=name, client=above)
        return _campaign_of(centre, created_by_id=access.user_id)


def client_by(access: Access, uid: str) -> Client | None:
    """The client of that id; another workspace's or mode's is none."""
    found = CostCentre.objects.within(access).filter(kind=CentreKind.CLIENT, uid=uid)
    centre = found.select_related("client_profile__brand_kit").first()
    return _client_of(centre) if centre else None


def campaign_by(access: Access, uid: str) -> Campaign | None:
    """The campaign of that id; another workspace's or mode's is none."""
    found = CostCentre.objects.within(access).filter(kind=CentreKind.CAMPAIGN, uid=uid)
    centre = found.select_related("campaign__brief", "campaign__client__centre", "parent").first()
    return _campaign_of(centre) if centre else None


def adopt(access: Access) -> None:
    """Give every client and campaign that was opened as a cost centre alone its profile.

    Two queries where there is none, a few more where there are, however many they are.
    """
    mine = CostCentre.objects.within(access).order_by("pk")
    clients = list(mine.filter(kind=CentreKind.CLIENT, client_profile=None))
    campaigns = list(mine.filter(kind=CentreKind.CAMPAIGN, campaign=None))
    if not clients and not campaigns:
        return
    whose = {"workspace_id": access.workspace_id, "mode": access.mode}
    # Somebody else may be at it too; whoever is second finds the rows there and leaves them.
    with transaction.atomic():
        new = (Client(**whose, centre=centre) for centre in clients)
        Client.objects.bulk_create(new, ignore_conflicts=True)
        bare = Client.objects.within(access).filter(brand_kit=None)
        kits = [BrandKit(**whose, client=client) for client in bare]
        BrandKit.objects.bulk_create(kits, ignore_conflicts=True)
        above = dict(Client.objects.within(access).values_list("centre_id", "pk"))
        Campaign.objects.bulk_create(
            (Campaign(**whose, centre=c, client_id=above.get(c.parent_id or 0)) for c in campaigns),
            ignore_conflicts=True,
        )
        unsaid = Campaign.objects.within(access).filter(brief=None)
        briefs = [Brief(**whose, campaign=campaign) for campaign in unsaid]
        Brief.objects.bulk_create(briefs, ignore_conflicts=True)


def _client_of(centre: CostCentre) -> Client:
    known: Client | None = getattr(centre, "client_profile", None)
    if known is not None:
        return known
    whose = {"workspace_id": centre.workspace_id, "mode": centre.mode}
    client, _ = Client.objects.get_or_create(centre=centre, defaults=whose)
    BrandKit.objects.get_or_create(client=client, defaults=whose)
    return client


def _campaign_of(centre: CostCentre, *, created_by_id: int | None = None) -> Campaign:
    known: Campaign | None = getattr(centre, "campaign", None)
    if known is not None:
        return known
    whose = {"workspace_id": centre.workspace_id, "mode": centre.mode}
    above = centre.parent
    client = _client_of(above) if above and above.kind == CentreKind.CLIENT else None
    campaign, _ = Campaign.objects.get_or_create(
        centre=centre, defaults={**whose, "client": client, "created_by_id": created_by_id}
    )
    Brief.objects.get_or_create(campaign=campaign, defaults=whose)
    return campaign
