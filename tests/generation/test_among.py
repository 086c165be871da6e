"""What is asked at every tick and on pages that stay open is found by its index, on SQLite too."""

import pytest
from django.db import connection

from generation import driver
from generation.among import Among
from generation.choices import ATTEMPT_LIVE, ATTEMPT_UNDER_WAY
from generation.models import Attempt

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds(under_way):
    first, second, third = under_way(3)
    Attempt.objects.filter(pk=second.pk).update(state="failed", ended_at=second.accepted_at)
    found = Attempt.objects.filter(Among("state", ATTEMPT_UNDER_WAY)).order_by("pk")
    assert list(found) == [first, third]
    assert not Attempt.objects.filter(Among("state", ("failed",)), pk=first.pk).exists()
    joined = Attempt.objects.filter(~Among("state", ATTEMPT_LIVE))
    assert list(joined) == [second]


@pytest.mark.parametrize("word", ["it's", "a b", "", "x);--"])
def test_only_our_own_words_stand_in_a_statement(word):
    with pytest.raises(ValueError, match="no words of ours"):
        Among("state", ("planned", word))


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: driver._under_way(), "attempt_due"),
        (lambda: driver._unwanted(), "job_cancelling"),
        (
            lambda: Attempt.objects.filter(Among("state", ATTEMPT_UNDER_WAY), account__in=[1, 2]),
            "attempt_slots",
        ),
        (
            lambda: Attempt.objects.filter(Among("state", ATTEMPT_LIVE), workspace=1, mode="test"),
            "attempt_due",
        ),
    ],
)
def test_the_index_with_the_same_words_is_taken(rows, index):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL sees what follows from what")
    plan = rows().explain()
    assert index in plan
    assert "SCAN generation_attempt\n" not in f"{plan}\n"
