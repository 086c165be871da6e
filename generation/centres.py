"""Cost centres: the root of a workspace, and new nodes below it."""

from accounts.access import Access
from generation.models import CentreKind, CostCentre


class NoSuchCentre(Exception):
    """No campaign of that id or name in this workspace and mode."""


def root(workspace_id: int, *, mode: str) -> CostCentre:
    """The workspace's own centre, made on first use."""
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


def named(access: Access, campaign: str) -> CostCentre:
    """The centre of a campaign by its id or its exact name; the root where none is named."""
    if not campaign:
        return root(access.workspace_id, mode=access.mode)
    mine = CostCentre.objects.filter(
        workspace_id=access.workspace_id, mode=access.mode, kind=CentreKind.CAMPAIGN
    )
    found = mine.filter(uid=campaign).first() or mine.filter(name=campaign).first()
    if found is None:
        raise NoSuchCentre(f"There is no campaign “{campaign}” in this workspace.")
    return found


def _with_path(centre: CostCentre) -> CostCentre:
    above = centre.parent.path if centre.parent else "/"
    centre.path = f"{above}{centre.pk}/"
    centre.save(update_fields=["path"])
    return centre
