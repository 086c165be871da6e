"""Which client and which campaign a cost centre belongs to, for sums."""

from functools import cached_property
from typing import NamedTuple

from generation.models import CentreKind, CostCentre


class Centre(NamedTuple):
    """A client's or a campaign's centre, as far as sums and their names need it."""

    pk: int
    kind: str
    uid: str
    name: str


class Places:
    """The clients and campaigns of one workspace and mode, read once, when they are first asked
    for: so they know the centres of all rows that were read before."""

    def __init__(self, *, workspace_id: int, mode: str) -> None:
        kinds = (CentreKind.CLIENT, CentreKind.CAMPAIGN)
        self._rows = CostCentre.objects.filter(
            workspace_id=workspace_id, mode=mode, kind__in=kinds
        ).order_by("name")
        self._places: dict[str, tuple[str, str]] = {}

    @cached_property
    def centres(self) -> dict[int, Centre]:
        """All of them by id, in the order of their names."""
        return {row[0]: Centre(*row) for row in self._rows.values_list(*Centre._fields)}

    @property
    def clients(self) -> list[Centre]:
        """In the order of their names."""
        return [centre for centre in self.centres.values() if centre.kind == CentreKind.CLIENT]

    def centre(self, pk: int) -> Centre:
        """One of them; all are read again where it has come since."""
        if pk not in self.centres:
            del self.centres
        return self.centres[pk]

    def of(self, path: str) -> tuple[str, str]:
        """The ids of the client and the campaign that a centre lies under, or empty."""
        if path not in self._places:
            ids = [int(part) for part in path.strip("/").split("/") if part]
            self._places[path] = (
                self._first(ids, CentreKind.CLIENT),
                self._first(ids, CentreKind.CAMPAIGN),
            )
        return self._places[path]

    def _first(self, ids: list[int], kind: CentreKind) -> str:
        found = (pk for pk in ids if pk in self.centres and self.centres[pk].kind == kind)
        return str(next(found, ""))
