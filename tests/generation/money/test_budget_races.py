"""Budgets under many hands at once, on committed rows: exact, never over, at every commit."""

import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connections

from accounts.access import Access
from accounts.keys import check_key, make_key
from accounts.models import Mode, User, Workspace
from generation import centres, jobs
from generation.asks import JobAsk
from generation.models import Budget, BudgetAlert, BudgetPeriod, CentreKind, Job, LedgerLine
from generation.money import budget_terms
from generation.money.budgets import BudgetExceeded
from generation.money.invariants import breaches
from providers.types import Tier
from tests.generation.committed import (  # noqa: F401 - fixtures
    at_once,
    committed_fixture,
    desk_fixture,
)
from tests.generation.money.budgets_by_hand import DRAFT, books, budget_of

ASK = JobAsk(prompt="A red kite over a beach, slow pan to the left", tier=Tier.DRAFT)


@contextmanager
def watching():
    """Look at every period over and over from a connection of its own; yields what was wrong."""
    wrong: list[tuple[str, int]] = []
    looks = []
    stop = threading.Event()

    def look() -> None:
        try:
            while not stop.is_set():
                hard = BudgetPeriod.objects.filter(hard=True)
                rows = hard.values_list(
                    "budget__name", "limit_micros", "held_micros", "spent_micros"
                )
                wrong.extend((row[0], row[1]) for row in rows if row[2] + row[3] > row[1])
                looks.append(len(rows))
                time.sleep(0.005)
        finally:
            connections.close_all()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield wrong
    finally:
        stop.set()
        watcher.join()
    assert looks


def test_64_threads_and_2000_requests_against_a_budget_for_100(desk):
    budget = budget_of(desk, limit_micros=100 * DRAFT)
    with watching() as wrong:
        answers = at_once(lambda _: jobs.create(desk, ASK), times=2000, threads=64)
    assert Counter(type(answer) for answer in answers) == {Job: 100, BudgetExceeded: 1900}
    assert wrong == []
    assert books(budget) == [("2020-01-01", 100 * DRAFT, 100 * DRAFT, 0)]
    assert (Job.objects.count(), LedgerLine.objects.count()) == (100, 100)
    shares = BudgetAlert.objects.order_by("share").values_list("share", "used_micros")
    assert list(shares) == [(50, 50 * DRAFT), (80, 80 * DRAFT), (100, 100 * DRAFT)]
    assert list(breaches()) == []


@pytest.mark.parametrize("threads", [2, 16])
def test_the_first_purchases_of_a_month_share_one_period(desk, threads):
    budget = budget_of(desk, period="monthly", limit_micros=5 * DRAFT)
    answers = at_once(lambda _: jobs.create(desk, ASK), times=threads * 2, threads=threads)
    admitted = min(5, threads * 2)
    assert Counter(type(answer) for answer in answers)[Job] == admitted
    assert {type(answer) for answer in answers} <= {Job, BudgetExceeded}
    [(_, limit, held, spent)] = books(budget)
    assert (limit, held, spent) == (5 * DRAFT, admitted * DRAFT, 0)
    assert list(breaches()) == []


@pytest.fixture
def six(desk) -> tuple[Access, list[Budget], str]:
    """Workspace, client, campaign, provider (two of it) and API key; the campaign's is tightest."""
    workspace = Workspace.objects.get(pk=desk.workspace_id)
    client = centres.add(centres.root(workspace.pk, mode="test"), kind=CentreKind.CLIENT, name="N")
    campaign = centres.add(client, kind=CentreKind.CAMPAIGN, name="Spring")
    user = User.objects.get(pk=desk.user_id)
    key, text = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=user)
    rows = [
        budget_of(desk, name="Key", kind="api_key", api_key=key, limit_micros=40 * DRAFT),
        budget_of(
            desk, name="Campaign", kind="centre", cost_centre=campaign, limit_micros=20 * DRAFT
        ),
        budget_of(desk, name="Pika", kind="provider", provider="pika", limit_micros=30 * DRAFT),
        budget_of(
            desk, name="Pika, soft", kind="provider", provider="pika", hard=False, limit_micros=0
        ),
        budget_of(desk, name="Client", kind="centre", cost_centre=client, limit_micros=25 * DRAFT),
        budget_of(desk, name="Workspace", period="monthly", limit_micros=50 * DRAFT),
    ]
    return check_key(text, ip=None), rows, campaign.uid


def test_six_overlapping_budgets_admit_all_or_none(six):
    """Purchases by the key in the campaign, some cancelled at once, all in one another's way."""
    robot, rows, campaign = six
    ask = JobAsk(prompt="A harbour at dawn", tier=Tier.DRAFT, campaign=campaign)

    def one(number):
        job = jobs.create(robot, ask)
        if number % 4 == 0:
            jobs.request_cancel(job)
        return job

    with watching() as wrong:
        answers = at_once(one, times=120, threads=12)
    kinds = Counter(type(answer) for answer in answers)
    assert set(kinds) == {Job, BudgetExceeded}
    assert wrong == []
    open_jobs = Job.objects.filter(state="queued").count()
    held = [books(budget)[0][2] for budget in rows]
    assert held == [open_jobs * DRAFT] * 6
    assert open_jobs <= 20
    refused = {answer.budget_name for answer in answers if isinstance(answer, BudgetExceeded)}
    assert refused == {"Campaign"}
    assert Job.objects.count() == kinds[Job]
    assert list(breaches()) == []


def test_a_limit_that_is_changed_under_way_holds_from_its_commit_on(desk):
    """The limit goes down while purchases run: what was admitted stays, the rest is refused."""
    budget = budget_of(desk, limit_micros=1000 * DRAFT)

    def one(number):
        if number == 40:
            limit = {"limit_micros": 30 * DRAFT}
            return budget_terms.change(desk, budget, changes=limit, reason="Stop")
        return jobs.create(desk, ASK)

    answers = at_once(one, times=160, threads=8)
    kinds = Counter(type(answer) for answer in answers)
    assert set(kinds) <= {Job, BudgetExceeded, Budget}
    [(_, limit, held, _)] = books(budget)
    assert (limit, held) == (30 * DRAFT, kinds[Job] * DRAFT)
    assert kinds[Job] >= 30
    with pytest.raises(BudgetExceeded):
        jobs.create(desk, ASK)
    assert list(breaches()) == []
