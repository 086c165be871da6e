import json

import pytest

from campaigns.models import Shot
from campaigns.rehearsal.recipe import Recipe, Shows, recipe_of
from tests.campaigns.conftest import uploaded

pytestmark = pytest.mark.django_db


def shown(campaign):
    return [(part.number, part.shows) for part in recipe_of(campaign).parts]


def test_each_shot_shows_the_best_there_is(campaign, shot, take):
    for position in range(1, 6):
        shot(position)
    first, second, third, fourth, _ = Shot.objects.order_by("position")
    final, picked = take(first, "Final"), take(second, "Picked")
    take(first, "Later draft"), take(second, "Later draft")
    Shot.objects.filter(pk=first.pk).update(final=final, picked=take(first, "Picked"))
    Shot.objects.filter(pk=second.pk).update(picked=picked)
    take(third, "Draft one"), take(third, "Draft two")
    take(fourth, "No good", verdict="rejected")
    assert shown(campaign) == [
        (1, Shows.FINAL),
        (2, Shows.PICKED),
        (3, Shows.DRAFT),
        (4, Shows.ANIMATIC),
        (5, Shows.ANIMATIC),
    ]
    parts = recipe_of(campaign).parts
    assert parts[0].asset == final.job.assets.get().uid
    assert parts[2].content == third.takes.get(number=2).job.assets.get().sha256
    assert parts[3].asset == ""


def test_an_animatic_moves_over_the_shots_picture(campaign, shot, access):
    picture = uploaded(access)
    shot(1, picture=picture)
    (part,) = recipe_of(campaign).parts
    assert (part.shows, part.asset, part.content) == (Shows.ANIMATIC, picture.uid, picture.sha256)


def test_the_digest_changes_with_what_is_shown_and_with_nothing_else(campaign, shot, take):
    one, two = shot(1), shot(2)
    before = recipe_of(campaign)
    Shot.objects.filter(pk=one.pk).update(tier="high", note="Ask Ann", locked=True)
    assert recipe_of(campaign).digest == before.digest
    seen = {before.digest}
    for change in (
        lambda: Shot.objects.filter(pk=one.pk).update(prompt="A wet street"),
        lambda: Shot.objects.filter(pk=one.pk).update(seconds=2),
        lambda: Shot.objects.filter(pk=one.pk).update(position=3),
        lambda: take(two, "Draft one"),
        lambda: Shot.objects.update(ratio="9:16"),
        lambda: Shot.objects.filter(pk=one.pk).update(removed_at="2026-01-01T00:00:00Z"),
    ):
        change()
        seen.add(recipe_of(campaign).digest)
    assert len(seen) == 7


def test_a_plan_comes_back_as_it_went(campaign, shot, take):
    take(shot(1), "Draft one"), shot(2)
    whole = recipe_of(campaign)
    assert Recipe.from_json(json.loads(json.dumps(whole.as_json()))) == whole
    assert whole.frames == 48


@pytest.mark.parametrize(
    "ratios, size",
    [
        (["16:9"], (128, 72)),
        (["9:16", "9:16", "16:9"], (72, 128)),
        (["1:1"], (72, 72)),
        (["4:5"], (72, 90)),
    ],
)
def test_the_film_has_the_ratio_of_most_shots(campaign, shot, ratios, size):
    for position, ratio in enumerate(ratios, start=1):
        shot(position, ratio=ratio)
    found = recipe_of(campaign)
    assert (found.width, found.height) == size


def test_two_queries_however_many_shots(campaign, shot, take, django_assert_num_queries):
    for position in range(1, 4):
        take(shot(position), "Draft one")
    with django_assert_num_queries(2):
        recipe_of(campaign)
