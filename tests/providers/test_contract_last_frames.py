"""Every offer that says it ends on a picture, against the vendor's own rules in the sandbox."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from providers.adapters.runway import Runway
from providers.catalogue_file import OfferRow, load_catalogue
from providers.errors import Invalid, OutcomeUnknown
from providers.types import ClipRequest, GenerationMode
from sandbox.keys import RUNWAY_KEY
from tests.providers.contract_desk import ROOT, Desk, picture
from tests.sandbox_server import SandboxServer

STALLED = "Morph [[sandbox: stall]]"  # accepted, and nothing is drawn for it
OFFERS = load_catalogue(ROOT / "providers/catalog/2026-11.toml").offers
ABLE = [one for one in OFFERS if "first_last_frame" in one.terms["abilities"]]
ANIMATED = [one for one in OFFERS if "image_to_video" in one.terms["modes"]]
UNABLE = [one for one in ANIMATED if one not in ABLE and one.transport in ("router", "kling")]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(catalogue="2026-11") as server:
        yield server


@pytest.fixture
def desk(request: pytest.FixtureRequest, sandbox: SandboxServer) -> Iterator[Desk]:
    sandbox.reset()
    offer: OfferRow = request.param
    desk = Desk.at(offer.provider, sandbox)
    if offer.transport == "plain":
        base = f"{sandbox.base}/runway"
        desk = replace(desk, adapter=Runway(base_url=base, key=RUNWAY_KEY, router=False))
    yield desk
    desk.transport.close()


def between(offer: OfferRow, words: str = STALLED) -> ClipRequest:
    terms = offer.terms
    ratios = terms["image_ratios"] or terms["ratios"]
    return ClipRequest(
        generation_mode=GenerationMode.IMAGE_TO_VIDEO,
        model=offer.model,
        prompt=words,
        seconds=terms["lengths"][0],
        wire_ratio="" if terms["picture_decides_ratio"] else ratios["16:9"],
        resolution=terms["resolution"],
        seed=7 if "seed" in terms["abilities"] else None,
        first_frame=picture(),
        last_frame=picture(width=960, height=540),
        options=terms["options"],
    )


@pytest.mark.parametrize(
    ("desk", "offer"), [(one, one) for one in ABLE], indirect=["desk"], ids=str
)
def test_the_vendor_takes_both_pictures(desk: Desk, offer: OfferRow):
    task = desk.submit(between(offer), client_ref="both-1")
    [made] = desk.server.tasks()
    assert (made["task_id"], made["model"].startswith(offer.model)) == (task.task_id, True)


@pytest.mark.parametrize(
    ("desk", "offer"), [(one, one) for one in UNABLE], indirect=["desk"], ids=str
)
def test_elsewhere_nothing_reaches_the_vendor(desk: Desk, offer: OfferRow):
    with pytest.raises(Invalid):
        desk.submit(between(offer), client_ref="both-1")
    assert desk.server.tasks() == []


@pytest.mark.parametrize("desk", [ABLE[0]], indirect=True)
def test_runways_router_takes_both_as_well(desk: Desk):
    routed = Desk.at("runway", desk.server)
    task = routed.submit(between(ABLE[0]), client_ref="both-1")
    [made] = desk.server.tasks()
    assert (made["task_id"], made["model"]) == (task.task_id, ABLE[0].model)


@pytest.mark.parametrize("desk", [ABLE[-1]], indirect=True)
def test_a_lost_answer_is_found_at_the_keyframe_endpoint(desk: Desk):
    request = between(ABLE[-1], "Morph [[sandbox: lost-response stall]]")
    prepared = desk.do(desk.adapter.prepare(request))
    with pytest.raises(OutcomeUnknown):
        desk.do(desk.adapter.submit(prepared, client_ref="both-1"))
    trace = desk.trace(prepared, client_ref="both-1", known=frozenset())
    [made] = desk.server.tasks()
    assert desk.do(desk.adapter.find(trace)) == (made["task_id"],)
