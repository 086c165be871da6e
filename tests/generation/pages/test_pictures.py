"""A picture chosen in the form is kept at once; a refused one costs nothing that was there."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Workspace
from generation.models import Asset, Job


def picture(name: str = "phone.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (640, 400), (10, 120, 90)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def test_a_picture_is_kept_and_shown_in_the_form(browser):
    page = browser.post("/generate/picture/", {"file": picture()}).content.decode()
    asset = Asset.objects.get()
    assert (asset.kind, asset.state, asset.width) == ("picture", "stored", 640)
    assert f'name="picture" value="{asset.uid}"' in page
    assert "phone.png" in page
    assert 'src="/media/' in page


def test_it_animates(browser):
    browser.post("/generate/picture/", {"file": picture()})
    asset = Asset.objects.get()
    form = {"prompt": "Slow zoom", "mode": "image_to_video", "picture": asset.uid, "token": "t"}
    assert browser.post("/generate/", form).status_code == 302
    job = Job.objects.get()
    assert (job.picture, job.generation_mode) == (asset, "image_to_video")


def test_a_mistake_elsewhere_keeps_the_picture(browser):
    browser.post("/generate/picture/", {"file": picture()})
    uid = Asset.objects.get().uid
    form = {"prompt": "", "mode": "image_to_video", "picture": uid}
    page = browser.post("/generate/", form).content.decode()
    assert f'name="picture" value="{uid}"' in page
    assert Job.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"no picture at all"])
def test_a_file_that_is_no_picture_is_refused_and_the_old_one_stays(browser, content):
    browser.post("/generate/picture/", {"file": picture()})
    uid = Asset.objects.get().uid
    bad = SimpleUploadedFile("x.png", content, content_type="image/png")
    response = browser.post("/generate/picture/", {"file": bad, "picture": uid})
    assert response.status_code == 422
    assert f'name="picture" value="{uid}"' in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert Asset.objects.count() == 1


def test_a_viewer_uploads_nothing(viewer):
    assert viewer.post("/generate/picture/", {"file": picture()}).status_code == 403
    assert Asset.objects.count() == 0


ANIMATED = {"prompt": "Slow zoom", "mode": "image_to_video", "tier": "draft", "ratio": "1:1"}


def halves() -> SimpleUploadedFile:
    """Red on the left, blue on the right."""
    out = BytesIO()
    drawn = Image.new("RGB", (1200, 600), (200, 0, 0))
    drawn.paste((0, 0, 200), (600, 0, 1200, 600))
    drawn.save(out, "PNG")
    return SimpleUploadedFile("halves.png", out.getvalue(), content_type="image/png")


def test_the_framed_part_is_animated_and_the_whole_picture_stays(browser):
    browser.post("/generate/picture/", {"file": halves()})
    whole = Asset.objects.get()
    form = {**ANIMATED, "picture": whole.uid, "crop": "600,0,600,600", "token": "t"}
    assert browser.post("/generate/", form).status_code == 302
    job = Job.objects.select_related("picture").get()
    part = job.picture
    assert (part.width, part.height, part.cropped_from) == (600, 600, whole)
    assert part.original_name == "halves.png"
    with default_storage.open(part.storage_key) as file:
        shown = Image.open(file).convert("RGB")
    red, _, blue = shown.getpixel((300, 300))
    assert red < 20 and blue > 180
    with default_storage.open(whole.storage_key) as file:
        assert Image.open(file).size == (1200, 600)
    # Asked for anew, the form has the whole picture and the frame on it; the part is made once.
    page = browser.get(f"/generate/?from={job.uid}").content.decode()
    assert f'name="picture" value="{whole.uid}"' in page
    assert 'name="crop" id="crop" value="600,0,600,600"' in page
    assert browser.post("/generate/", {**form, "token": "u"}).status_code == 302
    assert (Job.objects.count(), Asset.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("crop", "said"),
    [
        ("601,0,600,600", "This part lies outside the picture."),
        ("0,0,99999,99999", "This part lies outside the picture."),
        ("0,0,200,200", "This picture is 200 × 200 pixels; each side needs at least 300."),
        ("0,0,0,0", "This part lies outside the picture."),
        ("-1,0,300,300", "Set the frame on the picture anew."),
        ("all of it", "Set the frame on the picture anew."),
    ],
)
def test_a_part_that_is_none_is_refused_and_nothing_is_made(browser, crop, said):
    browser.post("/generate/picture/", {"file": halves()})
    uid = Asset.objects.get().uid
    answer = browser.post("/generate/", {**ANIMATED, "picture": uid, "crop": crop})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page and f'name="picture" value="{uid}"' in page
    assert (Job.objects.count(), Asset.objects.count()) == (0, 1)


def test_all_of_it_and_text_alone_need_no_part(browser):
    browser.post("/generate/picture/", {"file": halves()})
    whole = Asset.objects.get()
    form = {**ANIMATED, "picture": whole.uid}
    browser.post("/generate/", {**form, "crop": "0,0,1200,600", "token": "a"})
    browser.post("/generate/", {**form, "crop": "", "token": "b"})
    text = {**form, "mode": "text_to_video", "crop": "0,0,600,600", "token": "c"}
    browser.post("/generate/", text)
    assert [job.picture for job in Job.objects.order_by("pk")] == [whole, whole, None]
    assert Asset.objects.count() == 1


def test_another_workspaces_picture_is_not_cut(browser):
    browser.post("/generate/picture/", {"file": halves()})
    other = Workspace.objects.create(slug="south", name="South")
    Asset.objects.update(workspace=other)
    form = {**ANIMATED, "picture": Asset.objects.get().uid, "crop": "0,0,600,600"}
    assert "There is no such upload" in browser.post("/generate/", form).content.decode()
    assert (Job.objects.count(), Asset.objects.count()) == (0, 1)
