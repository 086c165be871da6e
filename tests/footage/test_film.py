import os
from fractions import Fraction

import av
import numpy as np
import pytest

from footage.animatic import AnimaticCard
from footage.boxes import read_boxes, starts_fast
from footage.digest import file_sha256
from footage.errors import BadPart, FootageError
from footage.film import FilmPart, storyboard_film
from footage.part_cache import trim_cache
from footage.probe import probe, read_metadata

SIZE = {"width": 192, "height": 108}


def card_part(number, seconds=0.5, words="Beans fall"):
    source = AnimaticCard(number=number, role="Hook", words=words)
    return FilmPart(name=f"Shot {number}", seconds=seconds, source=source)


def clip_part(number, path, seconds):
    return FilmPart(name=f"Shot {number}", seconds=seconds, source=path)


@pytest.fixture(scope="module")
def red(make_clip):
    """Tall, 25 frames a second, 1 s, silent."""
    return make_clip("red", "color=c=red:s=108x192:r=25:d=1")


@pytest.fixture(scope="module")
def blue_loud(make_clip):
    """Wide, 30 frames a second, 1 s, with sound."""
    sine = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "aac"]
    return make_clip("blue-loud", "color=c=blue:s=384x216:r=30:d=1", *sine)


@pytest.fixture(scope="module")
def ntsc(make_clip):
    return make_clip("ntsc-square", "testsrc2=s=120x120:r=24000/1001:d=1")


def shown(path):
    """Times in seconds and pictures of all frames, as a player shows them."""
    with av.open(str(path)) as container:
        decoded = list(container.decode(video=0))
    times = [float(frame.pts * frame.time_base) for frame in decoded]
    return times, [frame.to_ndarray(format="rgb24") for frame in decoded]


@pytest.mark.parametrize("size", [(192, 108), (108, 192), (128, 128), (96, 120)])
@pytest.mark.parametrize("fps", [24, 25, 30])
def test_odd_clips_and_cards_join_in_true_timing(tmp_path, red, blue_loud, ntsc, size, fps):
    film = tmp_path / "film.mp4"
    parts = [
        card_part(1, 0.55),
        clip_part(2, red, 0.55),
        clip_part(3, blue_loud, 0.55),
        clip_part(4, ntsc, 0.55),
    ]
    shape = {"width": size[0], "height": size[1], "fps": fps}
    facts = storyboard_film(parts, into=film, cache=tmp_path / "cache", **shape)
    assert facts == probe(film)
    whole = round(2.2 * fps)
    assert (facts.width, facts.height, facts.frames) == (*size, whole)
    assert (facts.fps, facts.codec, facts.pixel_format) == (Fraction(fps), "h264", "yuv420p")
    times, _ = shown(film)
    assert times == pytest.approx([number / fps for number in range(whole)], abs=1e-4)
    assert starts_fast(read_boxes(film))


def test_each_part_is_where_the_storyboard_says(tmp_path, red, blue_loud):
    film = tmp_path / "film.mp4"
    parts = [clip_part(1, red, 0.5), clip_part(2, blue_loud, 0.5), clip_part(3, red, 0.5)]
    storyboard_film(parts, into=film, cache=tmp_path / "cache", **SIZE)
    _, pictures = shown(film)
    centre = [tuple(int(value > 128) for value in picture[54, 96]) for picture in pictures]
    assert centre == [(1, 0, 0)] * 12 + [(0, 0, 1)] * 12 + [(1, 0, 0)] * 12
    # The tall clip keeps its whole picture, between black bars.
    assert pictures[3][54, 20].max() < 12
    assert pictures[15][54, 20][2] > 200


def test_a_short_clip_stands_still_and_a_long_one_is_trimmed(tmp_path, ntsc):
    film = tmp_path / "film.mp4"
    parts = [clip_part(1, ntsc, 1.5), clip_part(2, ntsc, 0.25)]
    storyboard_film(parts, into=film, cache=tmp_path / "cache", **SIZE)
    _, pictures = shown(film)
    assert len(pictures) == 42
    frozen = [np.abs(one.astype(int) - pictures[30]).max() for one in pictures[26:36]]
    assert max(frozen) < 24
    assert np.abs(pictures[36].astype(int) - pictures[35]).max() > 100


def test_sound_runs_through_when_one_part_has_it_and_else_there_is_none(tmp_path, red, blue_loud):
    cache, film = tmp_path / "cache", tmp_path / "film.mp4"
    silent = storyboard_film([card_part(1), clip_part(2, red, 0.5)], into=film, cache=cache, **SIZE)
    assert not silent.has_audio
    parts = [card_part(1), clip_part(2, blue_loud, 0.5), clip_part(3, red, 0.5)]
    assert storyboard_film(parts, into=film, cache=cache, **SIZE).has_audio
    with av.open(str(film)) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[
            0
        ]
    thirds = [float(np.abs(heard[start : start + 20_000]).mean()) for start in (0, 26_000, 51_000)]
    assert thirds[0] < 1e-3 and thirds[1] > 0.01 and thirds[2] < 1e-3
    assert len(heard) == pytest.approx(1.5 * 48_000, abs=1100)


def test_progress_counts_frames_and_ends_at_all(tmp_path, red):
    told = []
    parts = [card_part(1), clip_part(2, red, 1), card_part(3)]
    storyboard_film(
        parts,
        into=tmp_path / "film.mp4",
        cache=tmp_path / "cache",
        on_progress=lambda done, whole: told.append((done, whole)),
        **SIZE,
    )
    assert told == [(0, 48), (12, 48), (36, 48), (48, 48)]


def test_only_what_changed_is_made_again(tmp_path, red):
    cache, film = tmp_path / "cache", tmp_path / "film.mp4"
    storyboard_film([card_part(1), clip_part(2, red, 0.5)], into=film, cache=cache, **SIZE)
    first = {path.name: path.stat().st_ino for path in cache.iterdir()}
    assert len(first) == 2
    whole = file_sha256(film)
    storyboard_film([card_part(1), clip_part(2, red, 0.5)], into=film, cache=cache, **SIZE)
    assert {path.name: path.stat().st_ino for path in cache.iterdir()} == first
    assert file_sha256(film) == whole
    changed = [card_part(1, words="Beans rise"), clip_part(2, red, 0.5)]
    storyboard_film(changed, into=film, cache=cache, **SIZE)
    later = {path.name: path.stat().st_ino for path in cache.iterdir()}
    assert first.items() < later.items()
    assert len(later) == 3


def test_a_damaged_part_in_the_cache_is_made_again(tmp_path):
    cache, film = tmp_path / "cache", tmp_path / "film.mp4"
    storyboard_film([card_part(1)], into=film, cache=cache, **SIZE)
    (part,) = cache.iterdir()
    part.write_bytes(b"half a file")
    assert storyboard_film([card_part(1)], into=film, cache=cache, **SIZE).frames == 12


def test_a_broken_part_is_named_and_the_old_film_stays(tmp_path, red):
    film, broken = tmp_path / "film.mp4", tmp_path / "broken.mp4"
    film.write_bytes(b"the old film")
    whole = red.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    for path in (broken, tmp_path / "gone.mp4"):
        with pytest.raises(BadPart) as caught:
            storyboard_film(
                [card_part(1), clip_part(2, path, 1)], into=film, cache=tmp_path / "c", **SIZE
            )
        assert caught.value.part == "Shot 2"
        assert caught.value.reason.startswith("Shot 2: ")
        assert str(tmp_path) not in caught.value.reason
    assert film.read_bytes() == b"the old film"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4", "c", "film.mp4"]


def test_a_film_that_nobody_wants_any_more_stops_and_writes_nothing(tmp_path):
    class NotMine(Exception):
        pass

    def stop(done, whole):
        if done:
            raise NotMine

    film = tmp_path / "film.mp4"
    with pytest.raises(NotMine):
        storyboard_film(
            [card_part(1), card_part(2)],
            into=film,
            cache=tmp_path / "c",
            on_progress=stop,
            **SIZE,
        )
    assert not film.exists()
    assert len(list((tmp_path / "c").iterdir())) == 1


def test_impossible_films_are_refused(tmp_path):
    with pytest.raises(FootageError, match="at least one part"):
        storyboard_film([], into=tmp_path / "film.mp4", cache=tmp_path / "c", **SIZE)
    with pytest.raises(BadPart, match="Shot 1"):
        storyboard_film(
            [card_part(1, seconds=0.01)], into=tmp_path / "film.mp4", cache=tmp_path / "c", **SIZE
        )
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_is_no_real_footage(tmp_path, card, red):
    film, cache = tmp_path / "film.mp4", tmp_path / "cache"
    parts = [card_part(1), clip_part(2, card, 0.5)]
    storyboard_film(parts, into=film, cache=cache, metadata={"title": "Spring"}, **SIZE)
    tags = read_metadata(film)
    assert (tags["title"], tags["comment"]) == ("Spring", "Storyboard film")
    assert (tags["animatic"], tags["sandbox"]) == ("in part", "in part")
    storyboard_film([clip_part(1, red, 0.5)], into=film, cache=cache, **SIZE)
    assert not {"animatic", "sandbox"} & read_metadata(film).keys()


def test_the_cache_forgets_what_was_not_asked_for_longest(tmp_path):
    for number in range(4):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(bytes(100))
        os.utime(path, (1000 + number, 1000 + number))
    assert trim_cache(tmp_path, most_bytes=250) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.mp4", "3.mp4"]
    assert trim_cache(tmp_path, most_bytes=250) == 0
