"""What people do with the books while the engine works: bills, decisions, prices, months."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import hypothesis.strategies as st
from django.db import DatabaseError, transaction
from django.db.models import Sum
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from accounts.access import Access
from accounts.models import AuditEntry, User
from generation import price_changes
from generation.asks import Refused
from generation.models import (
    Attempt,
    Budget,
    Job,
    LedgerLine,
    PeriodClose,
    ProviderTask,
    Statement,
    StatementDecision,
)
from generation.money import budget_terms, closing, corrections
from generation.money.differences import Difference
from generation.money.given_up import named_tasks
from generation.money.reconcile import reconcile
from generation.money.statements_in import take_in
from providers import catalogue
from providers.models import Offer, PriceProposal, PriceRow, ProviderAccount
from providers.price_book import NewPrice
from tests.protocol.office import MISTAKES, Office
from tests.protocol.stage import Stage
from tests.protocol.vendor import PER_SECOND

# Shortly before a month ends, in the catalogue's time.
JANUARY = datetime(2027, 1, 28, 8, tzinfo=UTC)
LONG = "it is settled with the provider next month"
PROVIDERS = tuple(PER_SECOND)
DAY = timedelta(days=1)


def some_close() -> Any:
    """A precondition: some month is closed."""
    return precondition(lambda _: PeriodClose.objects.exists())


class Bookkeeping(RuleBasedStateMachine):
    """Rules over a stage; its `office` bills what the stage's vendors have done."""

    stage: Stage
    office: Office

    def open_the_office(self) -> None:
        """The example's second person, and a vendor that knows when a request was planned."""
        self.office = Office(self.stage.vendor)
        # A job's legs are priced when it is made, and keep their prices.
        made = Job.objects.values_list("created_at", flat=True)
        self.stage.vendor.planned_at = lambda ref: made.get(attempts__client_ref=ref)
        User.objects.filter(pk=self.stage.access.user_id).update(is_staff=True)
        bob = User.objects.create_user("bob", password=None, is_staff=True)
        self.bob: Access = replace(self.stage.access, user_id=bob.pk)
        catalogue.forget()

    def months(self) -> list[date]:
        """Every month that has begun, the earliest first."""
        found = [JANUARY.date().replace(day=1)]
        while (later := (found[-1] + timedelta(days=32)).replace(day=1)) <= self.today():
            found.append(later)
        return found

    def today(self) -> date:
        return self.stage.time().date()

    @rule(provider=st.sampled_from(PROVIDERS), mistake=st.sampled_from(["", "", "", *MISTAKES]))
    def a_bill_comes(self, provider: str, mistake: str) -> None:
        self.stage.wait(60)
        self.take_bill(provider, mistake)

    def take_bill(self, provider: str, mistake: str = "") -> None:
        account = ProviderAccount.objects.filter(provider=provider, mode="test").first()
        if account is None:
            return
        # Nothing runs beyond its deadline, so a bill is not silent about what it may still name.
        for task in self.stage.vendor.running():
            if task.provider == provider:
                task.ends("ok")
        closed = {row.month for row in PeriodClose.objects.all()}
        since = next((month for month in self.months() if month not in closed), self.today())
        known = set(ProviderTask.objects.filter(account=account).values_list("task_id", flat=True))
        bill = self.office.bill(provider, since=since, mistake=mistake, known=known)
        done = take_in(self.stage.access, bill)
        again = take_in(self.stage.access, bill)
        assert (again.added, again.known) == (0, done.added + done.known)

    @precondition(lambda _: Statement.objects.exists())
    @rule(number=st.integers(0, 9), accept=st.booleans())
    def a_person_judges_a_difference(self, number: int, accept: bool) -> None:
        self.stage.wait(1)
        found = [(m, one) for m in self.months() for one in self.differences(m)]
        if not found:
            return
        month, one = found[number % len(found)]
        if not accept and (one.in_doubt or one.decided):
            return
        self.judge(month, one, accept=accept)

    def differences(self, month: date) -> list[Difference]:
        there = reconcile(self.stage.access, month=month)
        return [*there.open, *there.disputed]

    def judge(self, month: date, one: Difference, *, accept: bool) -> None:
        if one.attempt_id:
            self.stage.by_bill.add(Attempt.objects.get(pk=one.attempt_id).job_id)
        how: dict[str, Any] = {"month": month, "subject": one.subject, "reason": "as billed"}
        if not accept:
            corrections.dispute(self.stage.access, **how)
            return
        done = corrections.accept(self.stage.access, **how, by="ann")
        before = (LedgerLine.objects.count(), StatementDecision.objects.count())
        if not one.in_doubt and done.line is not None:
            assert done.line.spent_delta == one.off
            self.stage.by_bill.add(done.line.job_id)
        try:
            corrections.accept(self.stage.access, **how, by="bob")
        except Refused:
            assert (LedgerLine.objects.count(), StatementDecision.objects.count()) == before
        else:
            raise AssertionError(f"{one.subject} was accepted twice")

    @rule(
        provider=st.sampled_from(PROVIDERS),
        step=st.sampled_from([-10_000, 10_000, 30_000]),
        ahead=st.integers(0, 2),
        approve=st.booleans(),
    )
    def a_price_changes(self, provider: str, step: int, ahead: int, approve: bool) -> None:
        # What was asked for before has its price; at the same moment nobody could tell which.
        self.stage.wait(1)
        day = self.today() + ahead * DAY
        # A price for today holds from the moment at which it is in the book.
        since = max(self.stage.time(), datetime.combine(day, time(), UTC))
        price = max(10_000, self.stage.vendor.per_second(provider, at=since) + step)
        offers = list(Offer.objects.filter(provider=provider, catalogue="2025-seed"))
        before = PriceRow.objects.count()
        asked = []
        for offer in offers:
            new = NewPrice(
                offer_id=offer.pk, micros_per_second=price, valid_from=day, source="a letter"
            )
            try:
                asked.append(price_changes.propose(self.stage.access, new).pk)
            except Refused:
                assert PriceRow.objects.count() == before
                return
        for pk in asked:
            self._decide_price(pk, approve=approve)
        catalogue.forget()
        assert PriceRow.objects.count() == before + len(asked) * approve
        if approve:
            prices = self.stage.vendor.prices.setdefault(provider, [])
            prices.append((since, price))
            prices.sort()

    def _decide_price(self, pk: int, *, approve: bool) -> None:
        try:
            price_changes.approve(self.stage.access, pk, reason="my own")
        except Refused:
            assert PriceProposal.objects.get(pk=pk).state == "pending"
        else:
            raise AssertionError("one person was enough")
        if approve:
            price_changes.approve(self.bob, pk, reason="seen")
        else:
            price_changes.refuse(self.bob, pk, reason="no such letter")

    @rule(number=st.integers(0, 9), reason=st.sampled_from(["", LONG]))
    def a_month_closes(self, number: int, reason: str) -> None:
        month = self.months()[number % len(self.months())]
        before = (PeriodClose.objects.count(), AuditEntry.objects.count())
        try:
            closing.close(self.stage.access, month=month, override_reason=reason)
        except Refused:
            assert (PeriodClose.objects.count(), AuditEntry.objects.count()) == before

    @some_close()
    @rule(number=st.integers(0, 9))
    def somebody_tries_to_open_a_month(self, number: int) -> None:
        rows = list(PeriodClose.objects.order_by("month"))
        row = rows[number % len(rows)]
        for attempt in (
            lambda: PeriodClose.objects.filter(pk=row.pk).update(until=row.month),
            lambda: PeriodClose.objects.filter(pk=row.pk)._raw_delete("default"),
            lambda: self._book_into(row.month),
        ):
            try:
                with transaction.atomic():
                    attempt()
            except DatabaseError:
                continue
            raise AssertionError(f"{row.month} was opened")

    def _book_into(self, month: date) -> None:
        line = LedgerLine.objects.order_by("pk").first()
        if line is None:
            raise DatabaseError("there is nothing to copy")
        moment, self.stage.moment = (
            self.stage.moment,
            datetime(month.year, month.month, 9, tzinfo=UTC),
        )
        try:
            line.pk, line.kind, line.statement_line = None, "adjust", "forged"
            line.held_delta, line.spent_delta = 0, -1
            line.save(force_insert=True)
        finally:
            self.stage.moment = moment

    @rule(number=st.integers(0, 9), limit=st.sampled_from([0, 500_000, 2_000_000, 9_000_000]))
    def an_owner_changes_a_budget(self, number: int, limit: int) -> None:
        budgets = list(Budget.objects.order_by("pk"))
        budget = budgets[number % len(budgets)]
        changed = budget_terms.change(
            self.stage.access, budget, changes={"limit_micros": limit}, reason="planned anew"
        )
        assert changed.limit_micros == limit

    def settle_the_bills(self) -> None:
        """The last bills come, without a mistake, and a person accepts what differs."""
        for provider in PROVIDERS:
            self.take_bill(provider)
        for _ in range(200):
            found = [(m, one) for m in self.months() for one in self.differences(m)]
            if not found:
                return
            self.judge(*found[0], accept=True)
        raise AssertionError("there is always another difference")

    def the_ledger_is_the_bill(self) -> None:
        """By provider, and by every task that the ledger names."""
        lines = [line for several in self.office.lines.values() for line in several]
        booked = dict(
            LedgerLine.objects.values_list("account__provider").annotate(Sum("spent_delta"))
        )
        for provider in PROVIDERS:
            billed = sum(line.micros for line in self.office.lines.get(provider, ()))
            assert booked.get(provider, 0) == billed, f"{provider}: {booked} is not {billed}"
        given_up = self._given_up()
        tasks = LedgerLine.objects.exclude(task_id="").values_list("task_id")
        for task_id, spent in tasks.annotate(Sum("spent_delta")):
            billed = sum(line.micros for line in lines if line.task_id == task_id)
            assert spent + given_up.get(task_id, 0) == billed, task_id

    def _given_up(self) -> dict[str, int]:
        """What was settled as charged before the task was known, by the task named since."""
        lost = LedgerLine.objects.filter(attempt__state="lost_billed", kind="settle", task_id="")
        named = named_tasks(lost.values_list("attempt_id", flat=True))
        costs = lost.values_list("attempt_id", "spent_delta")
        return {named[attempt]: micros for attempt, micros in costs if attempt in named}

    def closed_months_are_as_they_were(self) -> None:
        for row in PeriodClose.objects.all():
            kept = {name: value for name, value in row.report.items() if name != "reconciliation"}
            assert closing.month_report(self.stage.access, month=row.month) == kept
            assert closing.fingerprint(row.report) == row.report_sha256
