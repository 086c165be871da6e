"""What happens around the workers while they die: what people ask for, and what vendors do."""

import contextlib
from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet

from accounts.models import Workspace
from generation import callbacks, clock, jobs, outcomes
from generation.models import Attempt, Job, LearnedFrom, ProviderTask
from generation.requests import build
from generation.vendors import adapter_of, send_for
from providers.base import run
from providers.models import Circuit, ProviderAccount
from tests.generation.crashes.stage import DEATHS, Stage

# The kinds whose vendor can end a task.
CANCELS = ("K3", "K4")


def two(words: str = "") -> Callable[[Stage], None]:
    """Two jobs with the same words for the vendor, the second while the first is being made, so
    that each point is passed twice."""

    def begin(stage: Stage) -> None:
        stage.ask(words)
        stage.later.append(lambda: stage.ask(words))

    return begin


def both(stage: Stage, words: str = "") -> None:
    """Two jobs at once."""
    stage.ask(words)
    stage.ask(words)


def cancel_unsent(stage: Stage) -> None:
    """Wish for the end of each job whose request has not been sent."""
    _cancel_where(stage, Attempt.objects.filter(state="planned"))


def to_be_cancelled(stage: Stage) -> None:
    """Tasks that run until somebody ends them; where nobody can, looks say so of made ones."""
    if stage.kind in CANCELS:
        two("[[sandbox: stall]]")(stage)
    else:
        still_running(stage)


def cancel_running(stage: Stage) -> None:
    """Wish for the end of each job whose work has begun, or is charged where it cannot be ended:
    before that, what it costs would depend on the moment."""
    running = Attempt.objects.filter(state="accepted", vendor_state="processing")
    if stage.kind not in CANCELS:
        running = running.filter(task_id__in=stage.engine.invoiced())
    _cancel_where(stage, running)
    if Job.objects.filter(cancel_requested_at__isnull=False).count() == 2:
        fair_weather_after_the_deaths(stage)


def both_stall(stage: Stage) -> None:
    both(stage, "[[sandbox: stall]]")


def cancel_not_found(stage: Stage) -> None:
    """Wish for the end of two tasks that run, and that their vendor does not find for a while."""
    running = Attempt.objects.filter(state="accepted", vendor_state="processing")
    if stage.lives == 1 and running.count() == 2:
        _cancel_where(stage, running)
        stage.engine.sandbox.faults({"*": {"status-404": 1.0}})
    fair_weather_after_the_deaths(stage)


def _cancel_where(stage: Stage, attempts: QuerySet[Attempt]) -> None:
    for job in Job.objects.filter(attempts__in=attempts, cancel_requested_at__isnull=True):
        stage.outlive(lambda job=job: _cancel(job))


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
