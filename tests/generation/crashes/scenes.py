"""What has to happen so that each named point is passed, twice, by each kind of vendor."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Workspace
from generation import callbacks, clock, jobs, outcomes
from generation.models import Attempt, Job, LearnedFrom, ProviderTask
from generation.requests import build
from generation.vendors import adapter_of, send_for
from providers.base import run
from providers.models import Circuit, ProviderAccount
from tests.generation.crashes.stage import DEATHS, Stage

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


def two(words: str = "") -> Callable[[Stage], None]:
    """Two jobs with the same words for the vendor, the second while the first is being made, so
    that each point is passed twice."""

    def begin(stage: Stage) -> None:
        stage.ask(words)
        stage.later.append(lambda: stage.ask(words))

    return begin


def both(stage: Stage) -> None:
    """Two jobs at once."""
    stage.ask()
    stage.ask()


def cancel_when(state: str) -> Callable[[Stage], None]:
    """Wish for the end of each job once, as soon as its attempt is that far."""

    def act(stage: Stage) -> None:
        wanted = Job.objects.filter(attempts__state=state, cancel_requested_at__isnull=True)
        for job in wanted:
            stage.outlive(lambda job=job: _cancel(job))
        fair_weather_after_the_deaths(stage)

    return act


def _cancel(job: Job) -> None:
    with contextlib.suppress(jobs.Ended):
        jobs.request_cancel(job)


def fair_weather_after(*states: str) -> Callable[[Stage], None]:
    """The vendor's faults are over once both attempts have been that far."""

    def act(stage: Stage) -> None:
        if Attempt.objects.filter(state__in=states).count() == 2:
            stage.engine.sandbox.control("faults", {})

    return act


def links_expire(stage: Stage) -> None:
    stage.engine.sandbox.faults({"*": {"expired-url": 1.0}})
    two()(stage)


def still_running(stage: Stage) -> None:
    """Every look says so, for as long as nobody clears the vendor's faults."""
    stage.engine.sandbox.faults({"*": {"stale-status": 1.0}})
    two()(stage)


def one_still_running(stage: Stage) -> None:
    stage.engine.sandbox.faults({"*": {"stale-status": 1.0}})
    stage.ask()


def another_after_the_first_death(stage: Stage) -> None:
    """What is written once about a clip is written in one go about two: so one by one."""
    if stage.lives > 1 and len(stage.asked) == 1:
        stage.ask()
    fair_weather_after_the_deaths(stage)


def looks_fail(stage: Stage) -> None:
    stage.engine.sandbox.faults({"*": {"status-500": 1.0}})
    two()(stage)


def fair_weather_after_the_deaths(stage: Stage) -> None:
    if stage.lives > DEATHS:
        stage.engine.sandbox.control("faults", {})


def nothing_arrives(stage: Stage) -> None:
    stage.engine.sandbox.faults({"*": {"drop-before": 1.0}})
    for _ in range(2):
        stage.ask()


def past_the_deadline(stage: Stage) -> None:
    """Both clips are late, which the next look finds out."""
    late = Attempt.objects.filter(state="accepted", parked=False, cancel_sent_at__isnull=True)
    fair_weather_after_the_deaths(stage)
    if stage.lives > DEATHS:
        return
    long_ago = clock.now() - timedelta(hours=2)
    late.update(accepted_at=long_ago, submit_started_at=long_ago)


def account_is_shut(stage: Stage) -> None:
    both(stage)
    ProviderAccount.objects.filter(provider=stage.provider, mode="test").update(
        circuit=Circuit.OPEN,
        circuit_reason="Down for a while",
        circuit_until=clock.now() + timedelta(hours=1),
    )


def twins(stage: Stage) -> None:
    """Requests that the vendor's list cannot tell from one another."""
    for _ in range(4):
        stage.ask("[[sandbox: lost-response]]", prompt="A lake at dusk [[sandbox: lost-response]]")


def a_second_task(stage: Stage) -> None:
    """What a worker did that slept between its last check and its first byte."""
    for attempt in Attempt.objects.filter(state="succeeded").select_related("job", "account"):
        if ProviderTask.objects.filter(attempt=attempt).count() == 1:
            request = build(attempt, attempt.job)
            made = run(
                adapter_of(attempt).submit(request, client_ref=f"frozen-{attempt.pk}"),
                send_for(attempt),
            )
            stage.outlive(
                lambda attempt=attempt, made=made: outcomes.accept(
                    attempt,
                    task_id=made.task_id,
                    learned_from=LearnedFrom.RESPONSE,
                    first_look=0.0,
                )
            )


def a_second_task_that_runs(stage: Stage) -> None:
    fair_weather_after_the_deaths(stage)
    if stage.lives <= DEATHS and Attempt.objects.filter(state="succeeded").exists():
        stage.engine.sandbox.faults({"*": {"stale-status": 1.0}})
        a_second_task(stage)


def policy_goes_on(stage: Stage) -> None:
    Workspace.objects.filter(pk=stage.engine.access.workspace_id).update(unknown_outcome="continue")
    for _ in range(2):
        stage.ask(f"[[sandbox: only={stage.provider} lost-response]]", provider="")


def keys_are_unknown(stage: Stage) -> None:
    callbacks._keys_read.clear()
    two()(stage)


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
            "quiet_ended",
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
    Scene(points=("given_back", "quiet_kept"), begin=two("[[sandbox: rate-limit=1]]")),
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
        begin=still_running,
        act=cancel_when("accepted"),
        ends=frozenset({"cancelled", "failed"}),
    ),
    Scene(
        points=("unsent_cancelled",),
        begin=both,
        act=cancel_when("planned"),
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
