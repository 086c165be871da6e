"""A worker dies at every named point: nothing is lost, nothing paid twice, the books agree.

At each point the first who passes it dies, and the next who passes it too; for vendors of every
kind (K1 to K4: how a create whose answer was lost can be found), on both databases. Whatever
stands after the point never happens to the dead; the next one finds what is in the database.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction

from generation import attempts, clock, ingest, orphans, submitting
from generation.models import Attempt, Job, ProviderTask
from generation.money.invariants import breaches
from providers import clients
from providers.errors import OutcomeUnknown
from providers.many import ManyTransport
from tests.generation.conftest import Engine
from tests.generation.crashes import footage_once
from tests.generation.crashes.letterbox import Letterbox
from tests.generation.crashes.scenes import KINDS, SCENES, TOLD, Scene
from tests.generation.crashes.stage import DEATHS, Stage
from tests.sandbox_server import SandboxServer
from tests.waypoint_marks import engine as engine_files
from tests.waypoint_marks import names

CASES = [
    pytest.param(scene, kind, id=f"{scene.points[0]}-{kind}")
    for scene in SCENES
    for kind in scene.kinds
]
# Doors without a vendor behind them; see test_other_points and test_queue_points.
OTHER = {
    "arranged",
    "batch_admitted",
    "batch_cancel_wished",
    "batch_ended",
    "batch_held",
    "batch_repeated",
    "batch_resumed",
    "fetch_freed",
    "notice_again",
    "notice_booked",
    "notice_claimed",
    "notice_sent",
    "notices_put_off",
    "notices_stopped",
    "picture_kept",
    "pinged",
    "postponed",
    "queue_paused",
    "queue_resumed",
    "replaced",
    "stood_aside",
}


def test_every_point_is_tried():
    known = {name for _, text in engine_files() for name in names(text)}
    assert {point for scene in SCENES for point in scene.points} | OTHER == known


@pytest.fixture(scope="module")
def vendors() -> Iterator[SandboxServer]:
    with SandboxServer(scale=0.0) as server:
        yield server


@pytest.fixture(scope="module")
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    yield box
    box.close()


@pytest.fixture(scope="module")
def many() -> Iterator[ManyTransport]:
    with ManyTransport() as transport:
        yield transport


@pytest.fixture
def set_up(shop, access, vendors, letterbox, many, settings, monkeypatch):
    """A stage on a sandbox that has forgotten everything."""

    def make(kind: str) -> Stage:
        vendors.reset()
        vendors.control("footage", {"style": "plain"})
        letterbox.empty()
        clock.shift(0)
        clients._built.cache_clear()
        engine = Engine(access=access, sandbox=vendors)
        stage = Stage(
            engine=engine, kind=kind, provider=KINDS[kind], many=many, letterbox=letterbox
        )
        stage.bury()
        return stage

    settings.SANDBOX_URL = vendors.base
    settings.PUBLIC_BASE_URL = letterbox.base
    settings.RING_THE_BELL = False
    settings.UNKNOWN_GRACE_SECONDS = {"live": 180, "test": 1}
    monkeypatch.setattr(orphans, "YOUNG", orphans.timedelta())
    footage_once.remember(monkeypatch)
    yield make
    clock.shift(0)


def take_over(stage: Stage, monkeypatch) -> None:
    """The names of workers, and their deaths, are the stage's; K3 and K4 have no list to ask."""
    for room in (submitting, ingest):
        monkeypatch.setattr(room, "me", stage.me)
    for room in (attempts, ingest):
        monkeypatch.setattr(room, "is_dead", stage.is_dead)
    if stage.kind == "K3":
        monkeypatch.setattr("providers.adapters.pika_fal.PikaOnFal.find", no_way_to_ask)


def no_way_to_ask(self, trace):
    raise OutcomeUnknown("no way to ask")
    yield


@pytest.mark.parametrize(("scene", "kind"), CASES)
def test_workers_die(set_up, monkeypatch, scene: Scene, kind: str):
    for point in scene.points:
        with monkeypatch.context() as patches, transaction.atomic():
            stage = set_up(kind)
            take_over(stage, patches)
            try:
                play(stage, scene, point)
            except Exception as error:
                error.add_note(f"They died at {point}.")
                raise
            transaction.set_rollback(True)


def play(stage: Stage, scene: Scene, point: str) -> None:
    stage.act, stage.hears = scene.act, scene.hears or stage.kind == "K3"
    with stage.dying(point):
        scene.begin(stage)
        stage.drive()
    assert stage.lives == 1 + DEATHS, f"passed too seldom: {stage.visits}"
    at_rest(stage, scene)


def at_rest(stage: Stage, scene: Scene) -> None:
    ends = Counter(Job.objects.values_list("state", flat=True))
    allowed = scene.ends | (TOLD if stage.kind == "K4" else set())
    assert set(ends) <= allowed, (ends, stage.engine.picture())
    assert ends.total() == len(stage.asked)
    silent = Job.objects.filter(state="failed", error="")
    assert not silent.exists()
    tasks = Counter(ProviderTask.objects.values_list("attempt_id", flat=True))
    assert scene.two_tasks or set(tasks.values()) <= {1}, tasks
    known = set(ProviderTask.objects.values_list("task_id", flat=True))
    assert set(stage.engine.invoiced()) <= known
    assert not Attempt.objects.filter(state__in=("planned", "submitting", "unknown")).exists()
    if scene.two_tasks:
        # Paid twice, seen and booked: A6 says so, and nothing else is wrong.
        assert {breach.name for breach in breaches()} == {"A6"}
        assert (stage.engine.held(), stage.engine.booked()) == (0, stage.engine.invoiced())
    else:
        stage.engine.assert_at_rest()
