"""Finals held to the draft's own frames: which of them, at which offer, and what the words say."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from campaigns import promoting
from campaigns.models import Shot, Take
from campaigns.promoting import Promotion
from footage.render import render_card, render_picture
from generation import clock
from generation.models import Asset
from providers.models import ProviderAccount
from providers.types import Tier
from tests.campaigns.conftest import uploaded
from tests.campaigns.footing import drafted, finished, reread, shot_of, take_of


@pytest.fixture
def shots(shop, campaign) -> list[Shot]:
    return [shot_of(campaign, position=1, prompt="Scene 1 in rain")]


def high(take: Take, **more) -> Promotion:
    return Promotion(take=take, tier=Tier.HIGH, **more)


def test_a_draft_made_from_a_photo_keeps_it_and_pins_nothing_else(access, campaign, shots):
    photo = uploaded(access)
    Shot.objects.filter(pk=shots[0].pk).update(picture=photo)
    draft = drafted(access, Shot.objects.select_related("campaign__centre").get(pk=shots[0].pk))
    one = high(draft, pin=True)
    assert not one.pins
    [priced] = promoting.price(access, [one])
    assert priced.words == (
        "Begins with the photo that the draft was made from. The seed carries over."
    )
    [final] = promoting.promote(access, campaign, [one]).takes
    assert (final.job.picture, final.job.generation_mode) == (photo, "image_to_video")


def test_a_pinned_final_begins_with_the_drafts_first_frame(access, campaign, shots, tmp_path):
    clip = tmp_path / "draft.mp4"
    render_card(clip, seconds=0.5, width=640, height=360, title="Draft")
    draft = take_of(access, shots[0])
    finished(draft, clip=clip.read_bytes())
    draft = reread(draft)
    [final] = promoting.promote(access, campaign, [high(draft, pin=True)]).takes
    picture = final.job.picture
    assert final.job.generation_mode == "image_to_video"
    assert (picture.width, picture.height) == (640, 360)
    assert picture.original_name == f"first-frame-{draft.uid}.png"
    [one] = promoting.price(access, [high(draft, pin=True)])
    assert one.words == (
        "Begins with the draft’s own first frame, at Runway; the last one is not sent, so the end"
        " may differ. The seed carries over."
    )
    # Sora moves no picture, so Runway is asked first.
    assert one.route.legs[0].provider == "runway"


def clip_in_two_halves(tmp_path) -> bytes:
    """Half a second that begins red and ends blue."""
    ends = []
    for colour in ((200, 30, 30), (30, 30, 200)):
        file = io.BytesIO()
        Image.new("RGB", (640, 360), colour).save(file, "PNG")
        ends.append(file.getvalue())
    clip = tmp_path / "draft.mp4"
    render_picture(
        clip,
        picture_bytes=ends[0],
        last_picture_bytes=ends[1],
        seconds=0.5,
        width=640,
        height=360,
    )
    return clip.read_bytes()


def colours_of(picture: Asset) -> tuple[int, int]:
    """How red and how blue its middle is."""
    with default_storage.open(picture.storage_key, "rb") as file, Image.open(file) as opened:
        red, _, blue = opened.convert("RGB").getpixel((320, 180))
    return red, blue


def test_a_final_pinned_at_both_ends_goes_where_both_are_taken(access, campaign, shots, tmp_path):
    draft = take_of(access, shots[0])
    finished(draft, clip=clip_in_two_halves(tmp_path))
    draft = reread(draft)
    both = high(draft, pin=True, pin_last=True)
    [one] = promoting.price(access, [both])
    assert one.words == (
        "Begins and ends on the draft’s own first and last frames, at Kling. Kling takes no seed,"
        " so the way between them may differ."
    )
    assert [(leg.provider, leg.price_micros) for leg in one.route.legs] == [("kling", 150_000)]
    assert "Runway Gen-3 takes no last frame" in [miss.reason for miss in one.route.left_out]
    quote = promoting.quote(access, campaign, [both])
    [final] = promoting.promote(access, campaign, [both], quote_uid=quote.uid).takes
    begins, ends = colours_of(final.job.picture), colours_of(final.job.last_picture)
    assert begins[0] > 150 > begins[1] and ends[1] > 150 > ends[0]
    assert [leg["provider"] for leg in final.job.route] == ["kling"]


def test_where_no_offer_ends_on_a_picture_the_first_frame_alone_is_pinned(
    access, campaign, shots, tmp_path
):
    draft = take_of(access, shots[0])
    finished(draft, clip=clip_in_two_halves(tmp_path))
    both = Promotion(take=reread(draft), tier=Tier.MASTER, pin=True, pin_last=True)
    [one] = promoting.price(access, [both])
    assert one.words == (
        "Begins with the draft’s own first frame, at Runway; no offer at hand ends on a picture,"
        " so the end may differ. The seed carries over."
    )
    [final] = promoting.promote(access, campaign, [both]).takes
    assert (final.job.picture is not None, final.job.last_picture) == (True, None)


def test_what_was_quoted_with_both_ends_is_made_so_while_its_offer_is_down(
    access, campaign, shots, tmp_path
):
    draft = take_of(access, shots[0])
    finished(draft, clip=clip_in_two_halves(tmp_path))
    both = high(reread(draft), pin=True, pin_last=True)
    quote = promoting.quote(access, campaign, [both])
    ProviderAccount.objects.filter(provider="kling", mode="test").update(
        circuit="open", circuit_reason="Down", circuit_until=clock.after(60)
    )
    [now] = promoting.price(access, [both])
    assert not now.ends
    [final] = promoting.promote(access, campaign, [both], quote_uid=quote.uid).takes
    assert final.job.last_picture is not None
    assert final.job.estimated_micros == quote.likely_micros
