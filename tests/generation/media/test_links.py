"""A link holds for a while, for one file; everything else is no link."""

from datetime import datetime, timedelta

import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from generation import media, media_views
from generation.choices import AssetState
from generation.models import Asset


def test_absolute_links_are_ours_or_the_given_hosts(clip: Asset, settings):
    settings.PUBLIC_BASE_URL = "https://dailies.example"

    url, path = media.signed_url(clip), media.signed_path(clip)

    assert url == f"https://dailies.example{path}"
    assert media.signed_url(clip, base="http://127.0.0.1:9/") == f"http://127.0.0.1:9{path}"
    assert path.startswith("/media/") and path.endswith(f"/{clip.uid}.mp4")


def test_an_old_link_says_that_it_has_expired(clip: Asset, client: Client, settings):
    settings.MEDIA_LINK_SECONDS = 600
    now = datetime.now()
    path = media.signed_path(clip)

    with time_machine.travel(now + timedelta(seconds=449)):
        assert client.head(path).status_code == 200
    with time_machine.travel(now + timedelta(seconds=601)):
        response = client.get(path)
    assert response.status_code == 410
    assert response.content.decode() == media_views.EXPIRED
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


def test_a_link_stays_the_same_for_a_while(clip: Asset, settings):
    settings.MEDIA_LINK_SECONDS = 600
    with time_machine.travel(1_800_000_000, tick=False) as moment:
        first = media.signed_path(clip)
        moment.shift(149)
        assert media.signed_path(clip) == first
        moment.shift(1)
        assert media.signed_path(clip) != first


def test_a_changed_link_is_no_link(clip: Asset, client: Client):
    path = media.signed_path(clip)
    _, _, token, name = path.split("/")
    claims, _, signature = token.rpartition(".")
    forged = [
        f"/media/{claims}.{signature[:-2]}xx/{name}",
        f"/media/{claims[:-1]}x.{signature}/{name}",
        f"/media/{claims}/{name}",
        f"/media/{claims}./{name}",
        f"/media/x/{name}",
        f"/media/{token}/{name[:-4]}.html",
        f"/media/{token}/other.mp4",
        f"/media/{token}/",
        f"/media/{token}/..%2f..%2fetc%2fpasswd",
        f"/media/{token}",
        f"/media/{clip.storage_key}",
        "/media/",
    ]

    for link in forged:
        response = client.get(link)
        assert response.status_code == 404, link
        assert not response.streaming


def test_a_link_holds_for_one_room_one_file_and_one_form(clip: Asset, client: Client):
    path = media.signed_path(clip)
    thumb = media.signed_path(clip, thumbnail=True)
    _, _, token, name = path.split("/")
    _, _, thumb_token, thumb_name = thumb.split("/")

    assert client.get(f"/media/{token}/{thumb_name}").status_code == 404
    assert client.get(f"/media/{thumb_token}/{name}").status_code == 404
    Asset.objects.filter(pk=clip.pk).update(storage_key=f"1/00/{'0' * 64}.mp4")
    assert client.get(path).status_code == 404


def test_a_lost_file_is_missing(clip: Asset, client: Client):
    path = media.signed_path(clip)
    default_storage.delete(clip.storage_key)

    response = client.get(path)

    assert response.status_code == 404
    assert response.content.decode() == media_views.MISSING


def test_there_is_no_link_before_there_is_a_file(clip: Asset):
    clip.state = AssetState.UNAVAILABLE

    assert media.signed_path(clip) == ""
    assert media.signed_url(clip, thumbnail=True) == ""


def test_only_reading_is_allowed(clip: Asset, client: Client):
    path = media.signed_path(clip)

    for method in (client.post, client.put, client.delete, client.options):
        assert method(path).status_code == 405
