"""Everything that the vendor modules share, built once per server."""

from typing import Any

from sandbox.callbacks import Callbacks
from sandbox.catalogue import Catalogue, Terms
from sandbox.clock import Clock
from sandbox.database import Database
from sandbox.faults import Faults
from sandbox.invoice import CreateLog, Invoice
from sandbox.links import Links
from sandbox.pictures import Pictures
from sandbox.runner import Runner
from sandbox.settings import SandboxSettings
from sandbox.studio import Studio
from sandbox.tasks import Task, TaskTable


class Desk:
    """The core's parts by name, and the few questions that every vendor module asks."""

    def __init__(self, settings: SandboxSettings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self._first_catalogue = settings.catalogue
        self.database = Database(settings.data / "sandbox.sqlite3")
        self.clock = Clock(self.database)
        self.faults = Faults(self.database)
        self.catalogue = Catalogue(
            settings.catalogue_folder,
            name=self.database.record("catalogue", default=settings.catalogue),
        )
        self.tasks = TaskTable(self.database)
        self.invoice = Invoice(self.database)
        self.creates = CreateLog(self.database)
        self.pictures = Pictures(self.database, folder=settings.data / "pictures")
        self.studio = Studio(self.database, folder=settings.data, pictures=self.pictures)
        self.links = Links(self.database, tasks=self.tasks, faults=self.faults, studio=self.studio)
        self.runner = Runner(self.clock, tasks=self.tasks, studio=self.studio)
        self.callbacks = Callbacks()

    def find(self, provider: str, *, task_id: str) -> Task | None:
        """A task that has not been deleted."""
        task = self.tasks.get(provider, task_id=task_id)
        return task if task is not None and task.deleted_at is None else None

    def terms(self, provider: str, *, model: str, kind: str, vendor: Terms | None) -> Terms | None:
        """The catalogue's lengths and price of a model, else the vendor's own list's."""
        listed = self.catalogue.terms(provider, model=model, kind=kind, on=self.clock.today)
        return listed or vendor

    def limit(self, provider: str, *, name: str, default: int) -> int:
        """A number that `POST /_control/limits` may have changed, such as `slots`."""
        limits: dict[str, Any] = self.database.record("limits", key=provider, default={})
        return int(limits.get(name, default))

    async def reset(self) -> None:
        """Forgets everything; the catalogue is again the one of the start."""
        await self.runner.stop()
        self.database.reset()
        self.catalogue.load(self._first_catalogue)
        self.clock.reset()
        self.faults.reset()
        self.studio.reset()

    async def close(self) -> None:
        await self.runner.stop()
        await self.callbacks.close()
        self.studio.close()
        self.database.close()
