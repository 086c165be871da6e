"""What has to happen so that each named point is passed, twice, by each kind of vendor."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.generation.crashes.acts import (
    a_second_task,
    a_second_task_that_runs,
    account_is_shut,
    another_after_the_first_death,
    both,
    both_stall,
    cancel_not_found,
    cancel_running,
    cancel_unsent,
    fair_weather_after,
    fair_weather_after_the_deaths,
    keys_are_unknown,
    links_expire,
    looks_fail,
    nothing_arrives,
    one_still_running,
    past_the_deadline,
    policy_goes_on,
    still_running,
    to_be_cancelled,
    twins,
    two,
)
from tests.generation.crashes.stage import Stage

KINDS = {"K1": "kling", "K2": "sora", "K3": "pika", "K4": "runway"}
ALL = tuple(KINDS)
DONE = frozenset({"completed"})
# K4 has no way to ask: a clip whose create got no answer is paid, and a person is told.
TOLD = frozenset({"completed", "failed"})


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`points` are those that it is for; jobs may end as `ends` says, in kind K4 as TOLD too."""

    points: tuple[str, ...]
    begin: Callable[[Stage], None]
    act: Callable[[Stage], None] = lambda stage: None
    kinds: tuple[str, ...] = ALL
    ends: frozenset[str] = DONE
    two_tasks: bool = False
    hears: bool = False


SCENES = (
    Scene(
        points=(
            "admitted",
            "turn_taken",
            "prepared",
            "claimed",
            "before_send",
            "sent",
            "accepted",
            "good_noted",
            "looks_claimed",
            "looked",
            "fetch_claimed",
            "downloaded",
            "part_saved",
            "renamed",
            "stored",
        ),
        begin=two(),
    ),
    Scene(points=("finished",), begin=Stage.ask, act=another_after_the_first_death),
    Scene(points=("callback_kept",), begin=two(), kinds=("K1", "K3"), hears=True),
    Scene(points=("keys_read",), begin=keys_are_unknown, kinds=("K3",)),
    # In kind K3 the callback leads straight to the result, which no stale status can hide.
    Scene(
        points=("look_kept",),
        begin=still_running,
        act=fair_weather_after_the_deaths,
        kinds=("K1", "K2", "K4"),
    ),
    Scene(
        points=("progress_kept",),
        begin=one_still_running,
        act=another_after_the_first_death,
        kinds=("K2", "K4"),
    ),
    Scene(points=("look_put_off",), begin=looks_fail, act=fair_weather_after_the_deaths),
    Scene(
        points=("failure_noted", "doubted", "doubts_claimed", "asked_after"),
        begin=two("[[sandbox: lost-response]]"),
    ),
    Scene(
        points=("person_asked", "doubt_put_off"),
        begin=two("[[sandbox: lost-response]]"),
        kinds=("K3", "K4"),
        ends=TOLD,
    ),
    Scene(
        points=("given_up_as_charged",),
        begin=two("[[sandbox: lost-response]]"),
        kinds=("K4",),
        ends=TOLD,
    ),
    Scene(
        points=("went_on",),
        begin=policy_goes_on,
        kinds=("K4",),
        ends=TOLD,
    ),
    Scene(
        points=("disproved",),
        begin=nothing_arrives,
        act=fair_weather_after("unknown", "not_accepted"),
    ),
    Scene(
        points=("given_back", "quiet_kept", "quiet_ended"), begin=two("[[sandbox: rate-limit=1]]")
    ),
    Scene(points=("went_wrong",), begin=two("[[sandbox: fail=server]]"), ends=TOLD),
    Scene(points=("refused",), begin=two("[[sandbox: fail=invalid]]"), ends=TOLD),
    Scene(
        points=("fetch_put_off", "address_asked"),
        begin=links_expire,
        act=fair_weather_after_the_deaths,
    ),
    Scene(
        points=("bad_file_put_off", "given_up"),
        begin=two("[[sandbox: truncated-file]]"),
        ends=TOLD,
    ),
    Scene(
        points=("cancel_wished", "cancel_sent", "cancel_kept"),
        begin=to_be_cancelled,
        act=cancel_running,
        ends=frozenset({"cancelled", "failed"}),
    ),
    Scene(
        points=("cancel_meant",),
        begin=to_be_cancelled,
        act=cancel_running,
        kinds=("K4",),
        ends=frozenset({"cancelled"}),
    ),
    Scene(
        points=("cancel_late",),
        begin=both_stall,
        act=cancel_not_found,
        kinds=("K4",),
        ends=frozenset({"cancelled"}),
    ),
    Scene(
        points=("unsent_cancelled",),
        begin=both,
        act=cancel_unsent,
        ends=frozenset({"cancelled"}),
    ),
    Scene(
        points=("parked",),
        begin=still_running,
        act=past_the_deadline,
        kinds=("K1", "K2"),
        ends=TOLD,
    ),
    Scene(points=("skipped",), begin=account_is_shut, ends=TOLD),
    Scene(points=("claim_put_off",), begin=twins, kinds=("K2",)),
    Scene(
        points=("late_looked", "late_booked"),
        begin=two(),
        act=a_second_task,
        two_tasks=True,
    ),
    Scene(
        points=("late_cancelled",),
        begin=two(),
        act=a_second_task_that_runs,
        kinds=("K1", "K2", "K3"),
        two_tasks=True,
    ),
)
