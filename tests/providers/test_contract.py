"""The contract, kept by every adapter against the sandbox: from request to file and invoice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from footage.check import check_clip
from footage.errors import BadClip
from footage.probe import probe
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.registry import ADAPTERS, SANDBOX_CREDENTIALS, SANDBOX_PATHS, adapter
from providers.types import CancelOutcome, GenerationMode, Progress, TaskState
from tests.providers.contract_desk import SECONDS, Desk, offer_of
from tests.sandbox_server import SandboxServer

ANIMATES = [p for p in ADAPTERS if p != "sora"]
REPORTS_COST = {"runway", "kling"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def desk(request: pytest.FixtureRequest, sandbox: SandboxServer) -> Iterator[Desk]:
    sandbox.reset()
    opened = Desk.at(request.param, sandbox)
    yield opened
    opened.transport.close()


everyone = pytest.mark.parametrize("desk", list(ADAPTERS), indirect=True)


def refused(desk: Desk, directive: str) -> ProviderError:
    with pytest.raises(ProviderError) as failed:
        desk.submit(desk.request(f"A kite [[sandbox: {directive}]]"), client_ref="attempt-1")
    return failed.value


def finished(desk: Desk, directive: str, *, client_ref: str = "attempt-1") -> Progress:
    task = desk.submit(desk.request(f"A kite [[sandbox: {directive}]]"), client_ref=client_ref)
    return desk.watch(task)[-1]


@everyone
def test_text_becomes_a_clip_and_one_invoice_line(desk: Desk, tmp_path: Path):
    request = desk.request("A red kite over a beach, slow pan")
    seen = desk.watch(desk.submit(request, client_ref="attempt-1"))
    order = [TaskState.QUEUED, TaskState.PROCESSING, TaskState.SUCCEEDED]
    ranks = [order.index(progress.state) for progress in seen]
    assert ranks == sorted(ranks)
    assert seen[-1].state is TaskState.SUCCEEDED
    assert not [progress for progress in seen if progress.unknown_word]
    facts = probe(desk.fetch(seen[-1], tmp_path / "clip.mp4"))
    offer = offer_of(desk.provider, generation_mode=request.generation_mode)
    assert f"{facts.width}x{facts.height}" == offer.terms["sizes"]["16:9"]
    assert facts.seconds == pytest.approx(SECONDS, abs=0.1)
    assert desk.billed() == [desk.price(request)]
    if desk.provider in REPORTS_COST:
        assert seen[-1].cost is not None
        assert seen[-1].cost.micros == desk.price(request)


@pytest.mark.parametrize("desk", ANIMATES, indirect=True)
def test_a_picture_becomes_a_clip(desk: Desk, tmp_path: Path):
    request = desk.request("Slow zoom", generation_mode=GenerationMode.IMAGE_TO_VIDEO)
    progress = desk.watch(desk.submit(request, client_ref="attempt-1"))[-1]
    facts = probe(desk.fetch(progress, tmp_path / "clip.mp4"))
    assert facts.width * 9 == facts.height * 16
    assert facts.seconds == pytest.approx(SECONDS, abs=0.1)
    assert desk.billed() == [desk.price(request)]


@everyone
def test_moderation(desk: Desk):
    """Only Runway charges for what it refuses, and says so on the task."""
    request = desk.request("A kite [[sandbox: fail=moderation]]")
    progress = desk.watch(desk.submit(request, client_ref="attempt-1"))[-1]
    assert progress.state is TaskState.FAILED
    assert type(progress.failure) is Moderated
    assert progress.failure.billed is not True
    charged = desk.price(request) if desk.provider == "runway" else 0
    assert sum(desk.billed()) == charged
    if charged:
        assert progress.cost is not None
        assert progress.cost.micros == charged


@everyone
def test_a_vendors_own_trouble(desk: Desk):
    progress = finished(desk, "fail=server")
    assert type(progress.failure) is Unavailable
    assert sum(desk.billed()) == 0


@everyone
@pytest.mark.parametrize(
    ("directive", "kind"),
    [("fail=credits", OutOfCredits), ("fail=invalid", Invalid), ("rate-limit=1", RateLimited)],
)
def test_refused_creates_make_nothing(desk: Desk, directive: str, kind: type[ProviderError]):
    failure = refused(desk, directive)
    assert type(failure) is kind
    assert failure.billed is False
    assert failure.reason
    assert (desk.billed(), desk.server.tasks()) == ([], [])


@everyone
def test_after_a_rate_limit_the_same_attempt_goes_through(desk: Desk):
    refused(desk, "rate-limit=1")
    assert finished(desk, "rate-limit=1").state is TaskState.SUCCEEDED
    assert len(desk.billed()) == 1


@everyone
def test_a_lost_answer_is_found_again_and_made_once(desk: Desk, tmp_path: Path):
    neighbour = desk.submit(desk.request("A kite over a hill"), client_ref="attempt-0")
    request = desk.request("A kite [[sandbox: lost-response]]")
    trace = desk.trace(request, client_ref="attempt-1", known=frozenset({neighbour.task_id}))
    with pytest.raises(OutcomeUnknown) as doubt:
        desk.submit(request, client_ref="attempt-1")
    assert doubt.value.billed is None
    found = desk.do(desk.adapter.find(trace))
    assert len(found) == 1
    progress = desk.watch(desk.task(found[0], request))[-1]
    assert probe(desk.fetch(progress, tmp_path / "clip.mp4")).frames > 0
    desk.watch(neighbour)
    assert desk.billed() == [desk.price(request)] * 2


@everyone
def test_what_never_arrived_is_not_found(desk: Desk):
    request = desk.do(desk.adapter.prepare(desk.request("A kite that was never sent")))
    trace = desk.trace(request, client_ref="attempt-9", known=frozenset())
    assert desk.do(desk.adapter.find(trace)) == ()


@everyone
def test_an_expired_address_is_asked_for_again(desk: Desk, tmp_path: Path):
    request = desk.request("A kite [[sandbox: expired-url]]")
    task = desk.submit(request, client_ref="attempt-1")
    progress = desk.watch(task)[-1]
    with pytest.raises(Unavailable) as failed:
        desk.fetch(progress, tmp_path / "clip.mp4")
    assert failed.value.code == "expired"
    assert list(tmp_path.iterdir()) == []
    again = desk.look(task)
    assert probe(desk.fetch(again, tmp_path / "clip.mp4")).frames > 0
    assert desk.billed() == [desk.price(request)]


@everyone
def test_a_short_file_passes_for_no_clip(desk: Desk, tmp_path: Path):
    """Its length header may agree with the short body, so the check has the last word."""
    progress = finished(desk, "truncated-file")
    with pytest.raises((OutputBad, BadClip)):
        check_clip(desk.fetch(progress, tmp_path / "clip.mp4"), seconds=SECONDS)


@everyone
def test_an_unreadable_look_ends_nothing(desk: Desk):
    task = desk.submit(desk.request("A kite [[sandbox: bad-json]]"), client_ref="attempt-1")
    with pytest.raises(Unavailable):
        desk.look(task)
    assert desk.watch(task)[-1].state is TaskState.SUCCEEDED


@everyone
def test_cancel(desk: Desk):
    request = desk.request("A kite [[sandbox: slow=20]]")
    task = desk.submit(request, client_ref="attempt-1")
    outcome = desk.do(desk.adapter.cancel(task))
    if desk.provider in ("kling", "sora"):
        assert outcome is CancelOutcome.UNSUPPORTED
        assert desk.look(task).state in (TaskState.QUEUED, TaskState.PROCESSING)
        return
    ways = (CancelOutcome.WITHDRAWN, CancelOutcome.CANCELLED, CancelOutcome.REQUESTED)
    assert outcome in ways
    assert desk.watch(task)[-1].state in (TaskState.CANCELLED, TaskState.GONE)


@everyone
def test_a_task_that_nobody_knows_is_gone(desk: Desk):
    request = desk.request("A kite")
    gone = desk.task("00000000-0000-4000-8000-000000000000", request)
    assert desk.look(gone) == Progress(state=TaskState.GONE)


@everyone
def test_a_wrong_key_is_refused_everywhere(desk: Desk):
    desk.do(desk.adapter.probe())
    keys = dict(SANDBOX_CREDENTIALS[desk.provider])
    keys["key"] = keys["key"][:-1] + "x"
    stranger = adapter(
        desk.provider, base_url=desk.server.base + SANDBOX_PATHS[desk.provider], **keys
    )
    request = desk.request("A kite")
    for steps in (
        stranger.probe(),
        stranger.submit(request, client_ref="attempt-1"),
        stranger.poll(desk.task("1", request)),
    ):
        with pytest.raises(AuthRefused) as failed:
            desk.do(steps)
        assert keys["key"] not in repr(failed.value)
    assert (desk.billed(), desk.server.tasks()) == ([], [])
