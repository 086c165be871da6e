"""Which client and which campaign a cost centre belongs to, for sums."""

from generation.models import CentreKind, CostCentre


class Places:
    """The centres of one workspace and mode, read once."""

    def __init__(self, *, workspace_id: int, mode: str) -> None:
        kinds = (CentreKind.CLIENT, CentreKind.CAMPAIGN)
        centres = CostCentre.objects.filter(workspace_id=workspace_id, mode=mode, kind__in=kinds)
        self._kinds: dict[int, str] = dict(centres.values_list("pk", "kind"))
        self._places: dict[str, tuple[str, str]] = {}

    def of(self, path: str) -> tuple[str, str]:
        """The ids of the client and the campaign that a centre lies under, or empty."""
        if path not in self._places:
            ids = [int(part) for part in path.strip("/").split("/") if part]
            self._places[path] = (
                next((str(pk) for pk in ids if self._kinds.get(pk) == CentreKind.CLIENT), ""),
                next((str(pk) for pk in ids if self._kinds.get(pk) == CentreKind.CAMPAIGN), ""),
            )
        return self._places[path]
