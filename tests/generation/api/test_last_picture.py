"""A clip that ends on a picture: asked for, priced, repeated, and refused where nobody can."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generation import guarded
from generation.models import IdempotentAnswer, Job, LedgerLine, Quote

from .conftest import only_error

pytestmark = pytest.mark.django_db
GENERATE, QUOTE, BATCH = "ai-video/generate", "ai-video/quote", "ai-video/batch-generate"
NO_RUNWAY = {"provider": "runway", "enable_fallback": False}


def sent(caller, colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (640, 360), colour).save(file, "PNG")
    return caller.send_file(file.getvalue(), f"{colour}.png").json()["asset_id"]


@pytest.fixture
def ends(caller) -> dict[str, str]:
    return {
        "mode": "image_to_video",
        "image_path": sent(caller, "red"),
        "last_image_path": f"uploads/{sent(caller, 'blue')}.jpg",
    }


def test_it_goes_to_offers_that_can_and_the_others_say_why_not(caller, ends):
    made = caller.post(GENERATE, {"prompt": "Morph", **ends}).json()
    detail = caller.get(f"ai-video/jobs/{made['job_id']}").json()
    assert [leg["provider"] for leg in detail["route"]] == ["kling", "pika"]
    assert [one["reason"] for one in detail["left_out"]] == ["Runway Gen-3 takes no last frame"]
    assert detail["picture"]["asset_id"] == ends["image_path"]
    assert detail["last_picture"]["path"] == ends["last_image_path"]


def test_repeats_and_promotions_end_on_it_too(caller, ends):
    uid = caller.post(GENERATE, {"prompt": "Morph", "quality": "draft", **ends}).json()["job_id"]
    caller.post(f"ai-video/cancel/{uid}")
    again = caller.post(f"ai-video/jobs/{uid}/retry").json()["job_id"]
    better = caller.post(f"ai-video/jobs/{uid}/promote").json()["job_id"]
    first = Job.objects.get(uid=uid)
    for made in (again, better):
        job = Job.objects.get(uid=made)
        assert (job.picture, job.last_picture) == (first.picture, first.last_picture)
        assert first.last_picture is not None
    [refused] = caller.post(f"ai-video/jobs/{uid}/promote", {"quality": "master"}).json()["errors"]
    assert (refused["code"], refused["attr"]) == ("no_offer", "quality")
    assert "Runway Gen-3 takes no last frame" in refused["detail"]
    assert Job.objects.count() == 3


def test_a_batch_ends_on_one_picture(caller, ends):
    body = {"prompts": ["Morph", "Melt"], "quality": "draft", **ends}
    assert caller.post(BATCH, body).status_code == 202
    assert {job.last_picture.original_name for job in Job.objects.all()} == {"blue.png"}


def test_a_quote_holds_for_what_it_was_asked_about(caller, ends):
    asked = {"prompt": "Morph", "quality": "draft", **ends}
    quote = caller.post(QUOTE, asked).json()
    assert [leg["provider"] for leg in quote["lines"][0]["route"]] == ["pika", "kling"]
    plain = {**asked, "last_image_path": "", "quote_id": quote["quote_id"]}
    code, attr, words = only_error(caller.post(GENERATE, plain))[1:]
    assert (code, attr) == ("quote_changed", "quote_id")
    assert "last_image_path is not set, quoted given" in words
    assert Job.objects.count() == 0
    assert caller.post(GENERATE, {**asked, "quote_id": quote["quote_id"]}).status_code == 202


def test_a_quote_without_it_covers_no_clip_with_it(caller, ends):
    asked = {"prompt": "Morph", "quality": "draft", **ends}
    quote = caller.post(QUOTE, {**asked, "last_image_path": ""}).json()
    refused = only_error(caller.post(GENERATE, {**asked, "quote_id": quote["quote_id"]}))
    assert "last_image_path is given, quoted not set" in refused[3]
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"mode": "text_to_video", "image_path": ""}, "invalid", "last_image_path"),
        ({"image_path": ""}, "required", "image_path"),
        ({"last_image_path": "asset_" + "0" * 20}, "not_found", "last_image_path"),
        ({"last_image_path": "/etc/passwd"}, "invalid", "last_image_path"),
        ({"last_image_path": "http://example.com/x.png"}, "not_fetched", "last_image_path"),
        ({"last_image_path": 7}, "invalid", "last_image_path"),
        (NO_RUNWAY, "no_offer", "provider"),
        ({"quality": "master"}, "no_offer", "quality"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_leaves_nothing(caller, ends, change, code, attr):
    asked = {"prompt": "Morph", **ends, **change}
    for path, body in ((GENERATE, asked), (BATCH, {**asked, "prompts": ["Morph"]})):
        body = {name: value for name, value in body.items() if path == GENERATE or name != "prompt"}
        assert only_error(caller.post(path, body))[:3] == (400, code, attr)
    assert Job.objects.count() == LedgerLine.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "attr"), [({"mode": "text_to_video"}, "last_image_path"), (NO_RUNWAY, "provider")]
)
def test_a_quote_is_refused_alike(caller, ends, change, attr):
    refused = only_error(caller.post(QUOTE, {"prompt": "Morph", **ends, **change}))
    assert (refused[0], refused[2]) == (400, attr)
    assert Quote.objects.count() == 0


def test_nobody_elses_picture(caller, foreign_caller, ends):
    body = {"prompt": "Morph", **ends, "image_path": sent(foreign_caller, "red")}
    refused = only_error(foreign_caller.post(GENERATE, body))
    assert refused[:3] == (400, "not_found", "last_image_path")
    assert Job.objects.count() == 0


def test_an_address_is_fetched_under_guard(caller, ends, monkeypatch):
    asked = []

    def get(url, **limits):
        asked.append(url)
        raise guarded.Blocked("This address leads into a private network.")

    monkeypatch.setattr(guarded, "get", get)
    body = {"prompt": "Morph", **ends, "last_image_path": "https://10.0.0.1/x.png"}
    refused = only_error(caller.post(GENERATE, body, key="k"))
    assert refused[:3] == (400, "not_fetched", "last_image_path")
    assert "private network" in refused[3]
    assert asked == ["https://10.0.0.1/x.png"]
    assert (Job.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)


def test_a_row_of_a_csv_names_both_pictures(caller, ends):
    first, last = ends["image_path"], ends["last_image_path"]
    nobody = "asset_" + "0" * 20
    rows = [f"Morph,{first},{last}", f"Melt,{first},{nobody}", f"Fade,,{last}"]
    content = "\n".join(["prompt,image_path,last_image_path", *rows]).encode()
    sheet = SimpleUploadedFile("sheet.csv", content, content_type="text/csv")
    headers = {"Authorization": f"Bearer {caller.text}"}
    form = {"file": sheet, "quality": "draft", "skip_bad_rows": "true"}
    told = caller.client.post("/api/ai-video/batch-import", form, headers=headers).json()
    assert [(one["row"], one["column"]) for one in told["faults"]] == [
        (3, "last_image_path"),
        (4, "image_path"),
    ]
    [job] = Job.objects.all()
    assert (job.picture.uid, job.last_picture.original_name) == (first, "blue.png")
