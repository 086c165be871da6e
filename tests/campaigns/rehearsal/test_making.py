from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from campaigns import tasks
from campaigns.models import Film, FilmState, Shot
from campaigns.rehearsal import films, making
from footage.errors import FootageError
from footage.probe import probe, read_metadata
from generation import clock, media, queue
from generation.asks import Refused
from generation.choices import AssetKind
from generation.models import Asset, LedgerLine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def steady():
    yield
    clock.shift(0)


@pytest.fixture
def rung(monkeypatch):
    rings = []
    monkeypatch.setattr(queue, "ring", lambda task, *args: rings.append(task))
    return rings


def films_kept():
    return Asset.objects.filter(kind=AssetKind.FILM)


def test_the_film_is_made_stored_and_served(
    access, campaign, shot, take, django_capture_on_commit_callbacks, rung
):
    take(shot(1), "Draft one")
    shot(2, seconds=2)
    lines = LedgerLine.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        asked = films.ask(access, campaign)
    assert (asked.film.state, asked.percent, rung) == ("queued", 0, ["campaigns.tasks.make_films"])
    tasks.make_films()
    view = films.film_of(campaign)
    film = view.film
    assert (film.state, film.frames_done, film.frames_total) == ("ready", 72, 72)
    assert (view.percent, view.outdated, view.at_work, film.due_at) == (100, False, False, None)
    asset = film.asset
    assert (asset.kind, asset.mode, asset.media_type) == ("film", "test", "video/mp4")
    assert (asset.width, asset.height, asset.seconds) == (128, 72, 3.0)
    path = Path(default_storage.path(asset.storage_key))
    assert probe(path).frames == 72
    tags = read_metadata(path)
    assert (tags["sandbox"], tags["animatic"]) == ("in part", "in part")
    assert default_storage.exists(asset.thumbnail_key)
    assert media.file_name(asset).startswith("spring-storyboard-")
    assert media.signed_path(asset).endswith(".mp4")
    assert LedgerLine.objects.count() == lines
    assert rung == ["campaigns.tasks.make_films"]


def test_it_is_made_again_only_when_something_changed(access, campaign, shot):
    one = shot(1)
    first = films.ask(access, campaign).film
    assert making.make(first.pk)
    assert films.ask(access, campaign).film == first
    assert not making.anything_due()
    Shot.objects.filter(pk=one.pk).update(prompt="A wet street")
    view = films.film_of(campaign)
    assert (view.film, view.shown, view.outdated, view.wanted) == (first, first, True, True)
    second = films.ask(access, campaign)
    assert second.film != first
    assert (second.shown, second.at_work) == (first, True)
    assert making.make_next()
    assert films.film_of(campaign).shown == second.film
    Shot.objects.filter(pk=one.pk).update(prompt="Steam rises, 1")
    assert films.ask(access, campaign).shown == first
    assert (Film.objects.count(), films_kept().count()) == (2, 2)


def test_a_change_while_it_is_made_does_not_hide_it(access, campaign, shot):
    one = shot(1)
    film = films.ask(access, campaign).film
    Shot.objects.filter(pk=one.pk).update(prompt="A wet street")
    view = films.film_of(campaign)
    assert (view.film, view.at_work, view.outdated, view.shown) == (film, True, True, None)
    assert making.make_next()
    view = films.film_of(campaign)
    assert (view.shown, view.outdated, view.wanted) == (film, True, True)
    Film.objects.filter(pk=film.pk).update(state=FilmState.FAILED, asset=None)
    assert films.film_of(campaign).film is None


def test_an_empty_storyboard_is_refused_and_writes_nothing(access, campaign, shot):
    shot(1, removed_at=clock.now())
    with pytest.raises(Refused) as caught:
        films.ask(access, campaign)
    assert (caught.value.field, caught.value.code) == ("shots", "required")
    assert Film.objects.count() == 0


def test_a_killed_workers_film_is_taken_up_by_the_next(access, campaign, shot, monkeypatch):
    shot(1), shot(2)
    film = films.ask(access, campaign).film
    seen = []

    def killed(film, *, frames_done):
        seen.append(frames_done)
        if frames_done:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "_still_ours", killed)
        with pytest.raises(KeyboardInterrupt):
            making.make(film.pk)
    assert seen == [0, 24]
    film.refresh_from_db()
    assert (film.state, film.tries) == ("rendering", 1)
    assert not making.make(film.pk)
    assert not making.anything_due()
    clock.shift(making.LEASE_SECONDS + 1)
    assert making.make_next()
    film.refresh_from_db()
    assert (film.state, film.tries, films_kept().count()) == ("ready", 2, 1)


def test_a_dead_workers_lease_ends_at_once(access, campaign, shot):
    shot(1)
    film = films.ask(access, campaign).film
    host = making.me().split("/")[0]
    Film.objects.filter(pk=film.pk).update(
        state=FilmState.RENDERING,
        due_at=clock.after(100),
        tries=1,
        lease_owner=f"{host}/boot-of-yesterday/1/1",
    )
    assert making.anything_due()
    assert making.make_next()
    film.refresh_from_db()
    assert film.state == "ready"


def test_a_film_that_somebody_else_took_up_is_left(access, campaign, shot, monkeypatch):
    shot(1)
    film = films.ask(access, campaign).film
    real = making.storyboard_film

    def slow(*args, **how):
        Film.objects.filter(pk=film.pk).update(tries=2)  # the lease ran out meanwhile
        return real(*args, **how)

    monkeypatch.setattr(making, "storyboard_film", slow)
    assert making.make(film.pk)
    film.refresh_from_db()
    assert (film.state, film.tries, films_kept().count()) == ("rendering", 2, 0)


def test_a_broken_part_is_tried_three_times_and_then_named(access, campaign, shot, take):
    shot(1)
    take(shot(2), "Draft one")
    view = films.ask(access, campaign)
    clip = Asset.objects.get(kind=AssetKind.CLIP)
    default_storage.delete(clip.storage_key)
    key = clip.storage_key
    with default_storage.open(key, "wb") as file:
        file.write(b"no clip")
    for turn in range(1, 4):
        clock.shift(turn * 60)
        assert making.make_next()
    film = films.film_of(campaign).film
    assert (film.state, film.due_at, film.tries) == ("failed", None, 3)
    assert film.reason == "Shot 2: The file cannot be read as an MP4."
    assert films_kept().count() == 0
    default_storage.delete(key)
    again = films.ask(access, campaign).film
    assert (again.pk, again.state, again.tries, again.reason) == (view.film.pk, "queued", 0, "")


def test_a_film_whose_workers_die_again_and_again_is_given_up(access, campaign, shot):
    shot(1)
    film = films.ask(access, campaign).film
    Film.objects.filter(pk=film.pk).update(tries=making.MOST_TRIES)
    assert making.make(film.pk)
    film.refresh_from_db()
    assert (film.state, film.reason) == ("failed", making.GONE)


def test_a_tool_that_fails_once_is_tried_again(access, campaign, shot, monkeypatch):
    shot(1)
    film = films.ask(access, campaign).film
    with monkeypatch.context() as patch:

        def busy(*args, **how):
            raise FootageError("ffmpeg took longer than 30 s")

        patch.setattr(making, "storyboard_film", busy)
        assert making.make(film.pk)
    film.refresh_from_db()
    assert (film.state, film.tries, film.lease_owner) == ("queued", 1, "")
    assert not making.make(film.pk)
    clock.shift(60)
    assert making.make(film.pk)
    film.refresh_from_db()
    assert (film.state, film.reason) == ("ready", "")


def test_the_sweep_rings_for_films_that_are_due(access, campaign, shot, rung):
    shot(1)
    films.ask(access, campaign)
    tasks.sweep()
    assert rung == ["campaigns.tasks.make_films"]
