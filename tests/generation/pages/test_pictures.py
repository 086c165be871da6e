"""A picture chosen in the form is kept at once; a refused one costs nothing that was there."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

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
