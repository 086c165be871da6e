"""One job's costs by days: whatever the span, its rows add up to what the span itself says."""

from collections import defaultdict
from datetime import date
from itertools import combinations_with_replacement
from random import Random

import pytest

from generation.money.job_sums import Counts, _paid_day, offers_won

DAYS = [date(2026, 10, day) for day in range(1, 8)]


@pytest.mark.parametrize("seed", range(60))
def test_every_span_says_what_the_lines_say(seed):
    chance = Random(seed)
    spent = {day: chance.randint(1, 9) for day in chance.sample(DAYS, chance.randint(1, 5))}
    wins = [
        (chance.randint(1, 4), day)
        for day in chance.sample(sorted(spent), chance.randint(0, len(spent)))
    ]
    for first, last in combinations_with_replacement(DAYS, 2):
        assert summed(spent, wins, first, last) == counted(spent, wins, first, last)


def summed(spent, wins, first, last) -> dict[int | None, tuple[int, int]]:
    """Jobs and micro-dollars by the offer that delivered, out of the rows as they are kept."""
    sums: defaultdict[int | None, Counts] = defaultdict(Counts)
    before = None
    for day, micros in sorted(spent.items()):
        for since, won, counts in _paid_day(day, micros, before=before, wins=wins):
            if first <= day <= last and since >= first:
                sums[max(offers_won(won, last=last), default=None)].add(counts)
        before = day
    return {offer: (row.jobs, row.micros) for offer, row in sums.items() if row != Counts()}


def counted(spent, wins, first, last) -> dict[int | None, tuple[int, int]]:
    """The same by the words of the rule: one job, with all its costs of the span, under the last
    of the offers that delivered it within the span."""
    within = {day: micros for day, micros in spent.items() if first <= day <= last}
    won = [offer for offer, day in wins if first <= day <= last]
    return {max(won, default=None): (1, sum(within.values()))} if within else {}


def test_no_key_names_a_day_that_is_over():
    """Keys with dates are as many as there are days, and a year's report reads them all."""
    first, second, third = DAYS[:3]
    rows = list(_paid_day(third, 5, before=second, wins=[(7, first), (8, second)]))
    assert rows == [
        (third, "", Counts(jobs=1, micros=5)),
        (second, "", Counts(jobs=-1)),
        (second, "", Counts(micros=-5)),
        (second, "8", Counts(micros=5)),
        (first, "8", Counts(micros=-5)),
        (first, "7,8", Counts(micros=5)),
    ]
