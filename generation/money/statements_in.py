"""Taking in a vendor's bill: each line once, and only what belongs to this workspace."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from generation.models import Attempt, Grain, LedgerLine, ProviderTask, Statement, StatementLine
from generation.money.bills import BadBill, Bill, BillLine
from providers.models import ProviderAccount

CHUNK = 2000


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`known` lines were there before; those `elsewhere` are other workspaces' own."""

    statement: Statement
    added: int
    known: int
    elsewhere: int


def take_in(access: Access, bill: Bill) -> Imported:
    """Store the lines that are new. Raises BadBill, and then nothing was stored.

    An account may serve several workspaces: lines of a task or a reference that belongs to
    another one are left out. A sum of a whole day cannot be told apart like that, so it is
    taken only where no other workspace used the account on the days of the bill.
    """
    account = ProviderAccount.objects.filter(provider=bill.provider, mode=access.mode).first()
    if account is None:
        raise BadBill([f"Nothing was ever bought from {bill.provider} in this mode."])
    with transaction.atomic():
        # One import at a time for each account: two at once would both find a line new.
        ProviderAccount.objects.select_for_update().get(pk=account.pk)
        _check_grain(access, account, bill)
        fresh = _unknown(account, bill)
        mine = _mine(access, account, fresh)
        statement = Statement.objects.create(
            workspace_id=access.workspace_id,
            mode=access.mode,
            account=account,
            source=bill.source,
            grain=bill.grain,
            starts_on=bill.starts_on,
            ends_on=bill.ends_on,
            file_name=bill.file_name,
            added_lines=len(mine),
            known_lines=len(bill.lines) - len(fresh),
            added_micros=sum(line.micros for line in mine),
            imported_by_id=access.user_id,
        )
        StatementLine.objects.bulk_create(
            [_row(statement, line) for line in mine], batch_size=CHUNK
        )
        record(
            access,
            "statement.import",
            f"statement:{statement.uid}",
            after={"provider": bill.provider, "lines": len(mine), "source": bill.source},
        )
    return Imported(
        statement=statement,
        added=len(mine),
        known=len(bill.lines) - len(fresh),
        elsewhere=len(fresh) - len(mine),
    )


def _check_grain(access: Access, account: ProviderAccount, bill: Bill) -> None:
    overlapping = Statement.objects.within(access).filter(
        account=account, starts_on__lt=bill.ends_on, ends_on__gt=bill.starts_on
    )
    if overlapping.exclude(grain=bill.grain).exists():
        raise BadBill(
            [
                "These days were imported already in the other form (by task or by day)."
                " Both together would count the same money twice."
            ]
        )
    if bill.grain == Grain.DAY:
        others = LedgerLine.objects.filter(
            account=account, created_at__date__gte=bill.starts_on, created_at__date__lt=bill.ends_on
        ).exclude(workspace_id=access.workspace_id)
        if others.exists():
            raise BadBill(
                [
                    "Another workspace uses this account too, and sums of a day do not say whose"
                    " they are. Import a CSV by task instead."
                ]
            )


def _unknown(account: ProviderAccount, bill: Bill) -> list[BillLine]:
    """The lines that were never taken in. Raises BadBill where a known one has changed."""
    if bill.grain == Grain.DAY:
        return _grown(account, bill)
    known: dict[str, int] = {}
    for chunk in _chunks([line.key for line in bill.lines]):
        rows = StatementLine.objects.filter(account=account, source_key__in=chunk)
        known.update(rows.values_list("source_key", "micros"))
    changed = [line for line in bill.lines if known.get(line.key, line.micros) != line.micros]
    if changed:
        raise BadBill(
            [
                f"The line {line.key.partition(':')[2] or line.key} was imported with another"
                " amount before. A correction must be a line of its own."
                for line in changed[:20]
            ]
        )
    return [line for line in bill.lines if line.key not in known]


def _grown(account: ProviderAccount, bill: Bill) -> list[BillLine]:
    """A day's sum that has changed since is a new line of the difference: refunds come late."""
    before: defaultdict[str, list[int]] = defaultdict(list)
    rows = StatementLine.objects.filter(
        account=account, grain=Grain.DAY, day__gte=bill.starts_on, day__lt=bill.ends_on
    )
    for key, micros in rows.values_list("source_key", "micros"):
        before[key.partition("#")[0]].append(micros)
    return [
        replace(line, key=f"{line.key}#{len(known)}", micros=line.micros - sum(known))
        for line in bill.lines
        if line.micros != sum(known := before[line.key]) or not known
    ]


def _mine(access: Access, account: ProviderAccount, lines: list[BillLine]) -> list[BillLine]:
    foreign: set[str] = set()
    for chunk in _chunks([line.task_id for line in lines if line.task_id]):
        tasks = ProviderTask.objects.filter(account=account, task_id__in=chunk)
        others = tasks.exclude(attempt__workspace_id=access.workspace_id)
        foreign.update(others.values_list("task_id", flat=True))
    for chunk in _chunks([line.client_ref for line in lines if line.client_ref]):
        attempts = Attempt.objects.filter(client_ref__in=chunk)
        strangers = attempts.exclude(workspace_id=access.workspace_id)
        foreign.update(strangers.values_list("client_ref", flat=True))
    return [line for line in lines if not foreign & {line.task_id, line.client_ref}]


def _row(statement: Statement, line: BillLine) -> StatementLine:
    return StatementLine(
        workspace_id=statement.workspace_id,
        mode=statement.mode,
        statement=statement,
        account_id=statement.account_id,
        source_key=line.key,
        grain=statement.grain,
        day=line.day,
        task_id=line.task_id,
        client_ref=line.client_ref,
        model=line.model,
        seconds=line.seconds,
        native_amount=line.native_amount,
        native_unit=line.native_unit,
        micros=line.micros,
    )


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]
