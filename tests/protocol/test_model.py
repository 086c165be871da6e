"""The protocol holds in every state that one job can reach, and each broken rule is noticed."""

import pytest

from tests.protocol.model import Walk, breach, walk
from tests.protocol.states import Attempt, Kind, Mutant, Rules, State

TWO_TASKS = "two paid tasks for one attempt"
UNCOVERED = "more is owed than is held and settled"
TWO_CLIPS = "two clips are paid without consent"
UNEVEN = "resolved and final do not go together"
TWICE_BOOKED = "the ledger says 2, the invoice 1"
GIVEN_UP = "a paid clip is given up without any fault"

SIZES = {
    Kind.K1: (11_402, 53_964),
    Kind.K2: (11_402, 53_964),
    Kind.K3: (23_420, 113_100),
    Kind.K4: (8_358, 31_466),
}
# With an id of ours (K1) the vendor makes no second task, whoever sends once more; but a repeat
# that is refused frees the hold of a first that is still on its way. A task whose answer is thrown
# away is found again (K1, K2) or calls back (K3). Only where a bill is read (K3, K4) can a task be
# paid before its id is known.
NOTICED: dict[Mutant, dict[Kind, str]] = {
    Mutant.POST_BEFORE_INTENT: {**dict.fromkeys(Kind, TWO_TASKS), Kind.K1: UNCOVERED},
    Mutant.REAPER_RESUBMITS: {**dict.fromkeys(Kind, TWO_TASKS), Kind.K1: UNCOVERED},
    Mutant.TRANSPORT_RETRIES: dict.fromkeys((Kind.K2, Kind.K3, Kind.K4), TWO_TASKS),
    Mutant.TIMEOUT_IS_FAILURE: dict.fromkeys(Kind, UNCOVERED),
    Mutant.NO_GRACE: dict.fromkeys(Kind, UNCOVERED),
    Mutant.FALLBACK_ON_UNKNOWN: dict.fromkeys(Kind, TWO_CLIPS),
    Mutant.EARLY_RELEASE: dict.fromkeys(Kind, UNEVEN),
    Mutant.CANCEL_IS_FREE: dict.fromkeys(Kind, UNCOVERED),
    Mutant.CANCEL_FREES_HOLD: dict.fromkeys(Kind, UNCOVERED),
    Mutant.SETTLE_APART: dict.fromkeys(Kind, UNEVEN),
    Mutant.FACT_FENCED: {Kind.K4: GIVEN_UP},
    Mutant.BILL_AND_TASK_BOTH_BOOKED: dict.fromkeys((Kind.K3, Kind.K4), TWICE_BOOKED),
}


@pytest.mark.parametrize("kind", Kind)
def test_the_protocol_holds(kind):
    """Any number of crashes and lost messages, a lease that runs out and a cancel at any time."""
    states, edges = SIZES[kind]
    assert walk(Rules(kind)) == Walk(states=states, edges=edges, breach="", path=(), stuck=0)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("mutant", Mutant)
def test_a_broken_rule_is_noticed_where_it_can_be(mutant, kind):
    found = walk(Rules(kind, mutant))
    assert found.breach == NOTICED[mutant].get(kind, ""), " > ".join(found.path)
    assert found.stuck == 0


def test_the_shortest_way_into_a_double_charge_is_told():
    assert walk(Rules(Kind.K2, Mutant.REAPER_RESUBMITS)).path == (
        "claim 0",
        "0 accepted",
        "lease of 0 runs out",
        "claim 0 again",
        "0 accepted",
    )
    assert walk(Rules(Kind.K4, Mutant.BILL_AND_TASK_BOTH_BOOKED)).path == (
        "claim 0",
        "0 accepted",
        "lease of 0 runs out",
        "task 0.0 ok",
        "0 on the bill",
        "write 0 of 0",
        "late task of 0 booked",
    )


def test_the_checks_see_what_no_walk_meets():
    """States that only a broken model could reach, so that a silent check would be noticed."""
    done = Attempt(state="succeeded", booked=1, bound=0, clip="stored", tasks=("ok",))
    nothing = Attempt()
    assert breach(State(attempts=(done, nothing), job="completed")) == ""
    assert breach(State(attempts=(done, nothing), job="failed")) == (
        "completed and stored do not go together"
    )
    assert breach(State(attempts=(done, nothing), job="open")) == (
        "the job's state does not fit its attempts"
    )
    held = done._replace(held=True)
    assert breach(State(attempts=(held, nothing), job="completed")) == UNEVEN
