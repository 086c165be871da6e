"""The second door of Kling (legacy standard) and of Pika (its own API) against the sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from footage.probe import probe
from providers.adapters.kling import Kling
from providers.adapters.pika import Pika
from providers.base import Adapter
from providers.errors import AuthRefused, Moderated, OutcomeUnknown
from providers.types import ClipRequest, GenerationMode, TaskState
from tests.providers.contract_desk import Desk, picture
from tests.sandbox_server import SandboxServer

MODELS = {"kling": "kling-2.6", "pika": "pika/pika-2.5"}


def adapter_at(provider: str, base: str, *, key: str) -> Adapter:
    if provider == "kling":
        return Kling(base_url=base + "/kling", access_key="sandbox-access", secret_key=key)
    return Pika(base_url=base + "/pika", key=key, transport="pika")


KEYS = {"kling": "sandbox-secret", "pika": "pika-sandbox"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(catalogue="2026-11") as server:
        yield server


@pytest.fixture(params=["kling", "pika"])
def desk(request: pytest.FixtureRequest, sandbox: SandboxServer) -> Iterator[Desk]:
    sandbox.reset()
    opened = Desk.at(request.param, sandbox)
    adapter = adapter_at(request.param, sandbox.base, key=KEYS[request.param])
    yield replace(opened, adapter=adapter)
    opened.transport.close()


def asked(desk: Desk, words: str, *, animated: bool = False) -> ClipRequest:
    mode = GenerationMode.IMAGE_TO_VIDEO if animated else GenerationMode.TEXT_TO_VIDEO
    return ClipRequest(
        generation_mode=mode,
        model=MODELS[desk.provider],
        prompt=words,
        seconds=5,
        wire_ratio="" if animated else "16:9",
        resolution="720p",
        negative_prompt="blur",
        first_frame=picture() if animated else None,
    )


@pytest.mark.parametrize("animated", [False, True])
def test_a_clip(desk: Desk, animated: bool, tmp_path: Path):
    task = desk.submit(asked(desk, "A kite", animated=animated), client_ref="attempt-1")
    progress = desk.watch(task)[-1]
    assert progress.state is TaskState.SUCCEEDED
    assert probe(desk.fetch(progress, tmp_path / "clip.mp4")).seconds == pytest.approx(5, abs=0.1)
    billed = desk.billed()
    assert len(billed) == 1
    if desk.provider == "kling":
        assert progress.cost is not None
        assert billed == [progress.cost.micros]


def test_a_refused_prompt(desk: Desk):
    task = desk.submit(asked(desk, "A kite [[sandbox: fail=moderation]]"), client_ref="attempt-1")
    failure = desk.watch(task)[-1].failure
    assert type(failure) is Moderated
    assert failure.billed is False
    assert sum(desk.billed()) == 0


def test_a_lost_answer_is_resolved_by_our_own_id(desk: Desk):
    request = asked(desk, "A kite [[sandbox: lost-response]]")
    with pytest.raises(OutcomeUnknown):
        desk.submit(request, client_ref="attempt-1")
    if desk.provider == "kling":
        trace = desk.trace(request, client_ref="attempt-1", known=frozenset())
        (task_id,) = desk.do(desk.adapter.find(trace))
        task = desk.task(task_id, request)
    else:
        task = desk.submit(request, client_ref="attempt-1")
    assert desk.watch(task)[-1].state is TaskState.SUCCEEDED
    assert len(desk.billed()) == 1


def test_a_repeated_create_makes_nothing_new(desk: Desk):
    request = asked(desk, "A kite")
    first = desk.submit(request, client_ref="attempt-1")
    if desk.provider == "pika":
        assert desk.submit(request, client_ref="attempt-1") == first
    else:
        with pytest.raises(OutcomeUnknown) as doubt:
            desk.submit(request, client_ref="attempt-1")
        assert doubt.value.code == "1201"
    desk.watch(first)
    assert len(desk.billed()) == 1


def test_a_wrong_key(desk: Desk):
    desk.do(desk.adapter.probe())
    stranger = adapter_at(desk.provider, desk.server.base, key="wrong")
    for steps in (stranger.probe(), stranger.submit(asked(desk, "A kite"), client_ref="a")):
        with pytest.raises(AuthRefused):
            desk.do(steps)
    assert (desk.billed(), desk.server.tasks()) == ([], [])
