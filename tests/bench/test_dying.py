"""What is read off the table that `make chaos` prints."""

import pytest

from bench.goals.dying import table

PRINTED = """Chaos. To replay it: CHAOS_SEED=7 make chaos
   12 s: 40 asked for, 12 open, 3 kills
seed                    7
jobs asked for          1000 of 1000
kills                   61: 20 web, 41 worker
lost                    0
double                  2
ledger minus invoice    -300000 micro-dollars
"""


def test_the_numbers_of_a_run():
    told = table(PRINTED)
    names = ("jobs asked for", "kills", "lost", "double", "ledger minus invoice")
    assert [told[name] for name in names] == [1000, 61, 0, 2, -300_000]


def test_a_run_that_broke_off_is_no_run_without_losses():
    with pytest.raises(ValueError, match="double, jobs asked for, kills, ledger minus invoice"):
        table("lost                    0\n")
