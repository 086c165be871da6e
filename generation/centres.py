"""Cost centres: the root of a workspace, and new nodes below it."""

from django.db import IntegrityError, transaction

from accounts.access import Access
from accounts.audit import record
from generation.asks import Refused
from generation.models import CentreKind, CostCentre

LONGEST_NAME = 200


# By hand, as every purchase asks it: building it anew took longer than answering it.
_ROOT = """
SELECT * FROM generation_costcentre WHERE workspace_id = %s AND mode = %s AND kind = 'workspace'
"""


class NoSuchCentre(Exception):
    """No client or campaign of that id or name in this workspace and mode; `field` says which."""

    def __init__(self, message: str, *, field: str = "campaign") -> None:
        super().__init__(message)
        self.field = field


def root(workspace_id: int, *, mode: str) -> CostCentre:
    """The workspace's own centre, made on first use."""
    for there in CostCentre.objects.raw(_ROOT, [workspace_id, mode]):
        return there
    centre, fresh = CostCentre.objects.get_or_create(
        workspace_id=workspace_id,
        mode=mode,
        kind=CentreKind.WORKSPACE,
        defaults={"name": "Workspace"},
    )
    return _with_path(centre) if fresh else centre


def add(parent: CostCentre, *, kind: CentreKind, name: str) -> CostCentre:
    """A new centre below `parent`."""
    centre = CostCentre.objects.create(
        workspace_id=parent.workspace_id, mode=parent.mode, kind=kind, name=name, parent=parent
    )
    return _with_path(centre)


def named(access: Access, campaign: str, *, client: str = "") -> CostCentre:
    """As `find`, with the root where none is named."""
    found = find(access, campaign=campaign, client=client)
    return found or root(access.workspace_id, mode=access.mode)


def find(access: Access, *, campaign: str, client: str = "") -> CostCentre | None:
    """The centre of a campaign by its id or its exact name, or of a client by its id; None where
    neither is named. Reads only. Raises NoSuchCentre, also for another client's campaign."""
    owner = client_by(access, client) if client else None
    if client and owner is None:
        raise NoSuchCentre("There is no such client in this workspace.", field="client")
    if not campaign:
        return owner
    mine = CostCentre.objects.within(access).filter(kind=CentreKind.CAMPAIGN)
    found = mine.filter(uid=campaign).first() or mine.filter(name=campaign).first()
    if found is None:
        raise NoSuchCentre(f"There is no campaign “{campaign}” in this workspace.")
    if owner is not None and not found.path.startswith(owner.path):
        raise NoSuchCentre(f"“{found.name}” is no campaign of {owner.name}. Choose one of theirs.")
    return found


def client_and_campaign(centre: CostCentre) -> tuple[CostCentre | None, CostCentre | None]:
    """The client and the campaign that a centre lies in, itself included."""
    found: dict[str, CostCentre] = {}
    above: CostCentre | None = centre
    while above is not None:
        found[above.kind] = above
        above = above.parent
    return found.get(CentreKind.CLIENT), found.get(CentreKind.CAMPAIGN)


def open_client(access: Access, *, name: str) -> CostCentre:
    """A new client of the workspace. Raises Refused for a name that is taken or none."""
    above = root(access.workspace_id, mode=access.mode)
    return _open(access, above, kind=CentreKind.CLIENT, name=name)


def open_campaign(access: Access, *, name: str, client: CostCentre | None) -> CostCentre:
    """A new campaign of a client, or of the workspace itself. Raises Refused.

    Requests name a campaign by its name alone, so it is taken once, whoever the client is.
    """
    above = client or root(access.workspace_id, mode=access.mode)
    return _open(access, above, kind=CentreKind.CAMPAIGN, name=name)


def client_by(access: Access, uid: str) -> CostCentre | None:
    """The client of that id; another workspace's is none."""
    return CostCentre.objects.within(access).filter(kind=CentreKind.CLIENT, uid=uid).first()


def _open(access: Access, above: CostCentre, *, kind: CentreKind, name: str) -> CostCentre:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(f"Give it a name of 1 to {LONGEST_NAME} characters.", field="name")
    taken = Refused(f"There is a {kind} “{name}” already. Choose another name.", field="name")
    mine = CostCentre.objects.within(access).filter(kind=kind)
    if mine.filter(name__iexact=name).exists():
        raise taken
    try:
        with transaction.atomic():
            centre = add(above, kind=kind, name=name)
            told = {"kind": kind.value, "name": name, "below": above.uid}
            record(access, "cost_centre.add", f"cost_centre:{centre.uid}", after=told)
    except IntegrityError:
        raise taken from None
    return centre


def _with_path(centre: CostCentre) -> CostCentre:
    above = centre.parent.path if centre.parent else "/"
    centre.path = f"{above}{centre.pk}/"
    centre.save(update_fields=["path"])
    return centre
