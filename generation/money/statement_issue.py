"""Issuing a client's statement: numbered, with its rows and files, and never changed again."""

import hashlib
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import Max

from accounts.access import Access
from accounts.audit import record
from accounts.models import User, Workspace
from generation import clock
from generation.asks import Refused
from generation.models import (
    CostCentre,
    IssuedFile,
    IssuedLine,
    IssuedStatement,
    IssueKind,
    PeriodClose,
)
from generation.money.closing import QUIET
from generation.money.report_span import today_in
from generation.money.statement_corrections import correction, with_corrections
from generation.money.statement_files import Letterhead, as_csv
from generation.money.statement_work import ClientWork
from generation.money.statements_issued import first_of
from generation.money.statements_out import ClientStatement, Issued, statement

FIELD = "month"


def issue(access: Access, client: CostCentre, *, month: date) -> IssuedStatement:
    """Give the month of a client its number for ever, with the corrections of earlier ones.

    Raises Refused: issued already, the month is open or hardly over, or there is nothing on it.
    Then nothing was written and no number used.
    """
    with transaction.atomic():
        _one_at_a_time(access)
        close = _closed(access, client, month=month)
        work = ClientWork(client)
        told = with_corrections(work, statement(work, month=month))
        if not told.lines:
            raise Refused(
                f"Nothing is owed for {month:%B %Y}, so there is nothing to issue.",
                field=FIELD,
                code="empty",
            )
        return _write(access, client, told, first=None, close=close)


def issue_correction(access: Access, client: CostCentre, *, month: date) -> IssuedStatement:
    """What has changed in an issued month since, as a paper that names the first statement.

    Raises Refused where that month was not issued, or nothing has changed since.
    """
    with transaction.atomic():
        _one_at_a_time(access)
        first = first_of(client, month=month)
        if first is None:
            raise Refused(
                f"{month:%B %Y} was not issued yet. Issue its statement instead.",
                field=FIELD,
                code="not_issued",
            )
        told = correction(ClientWork(client), first)
        if not told.lines:
            raise Refused(
                f"Nothing has changed since {first.number} and its corrections.",
                field=FIELD,
                code="empty",
            )
        return _write(access, client, told, first=first, close=first.month_close)


def obstacle(access: Access, client: CostCentre, *, month: date) -> str:
    """Why the month cannot be issued now, as a sentence with the remedy; empty when it can."""
    try:
        _closed(access, client, month=month)
    except Refused as refused:
        return refused.message
    return ""


def _one_at_a_time(access: Access) -> None:
    """Numbers are given one after the other, so that none is left out or given twice."""
    Workspace.objects.select_for_update(no_key=True).get(pk=access.workspace_id)


def _closed(access: Access, client: CostCentre, *, month: date) -> PeriodClose:
    """The close of the month. Raises Refused where it cannot be issued."""
    month = month.replace(day=1)
    if first := first_of(client, month=month):
        raise Refused(
            f"{month:%B %Y} was issued already, as {first.number}.", field=FIELD, code="issued"
        )
    close = PeriodClose.objects.within(access).filter(month=month).first()
    if close is None:
        raise Refused(
            f"{month:%B %Y} is still open. Close it first, where the bills are; until then this"
            " is a draft.",
            field=FIELD,
            code="open",
        )
    if clock.now() < ClientWork(client).month(month).ends + QUIET:
        raise Refused(
            "A statement can be issued one hour after the month's end where you are.",
            field=FIELD,
            code="too_early",
        )
    return close


def _write(
    access: Access,
    client: CostCentre,
    told: ClientStatement,
    *,
    first: IssuedStatement | None,
    close: PeriodClose,
) -> IssuedStatement:
    moment = clock.now()
    today = today_in(told.month.zone, now=moment)
    workspace = Workspace.objects.get(pk=access.workspace_id)
    serial = _next_serial(access, year=today.year)
    head = Letterhead(agency=workspace.name, mode=access.mode)
    paper = IssuedStatement.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        number=f"{today.year}-{serial:04d}",
        year=today.year,
        serial=serial,
        kind=IssueKind.CORRECTION if first else IssueKind.STATEMENT,
        corrects=first,
        client=client,
        client_name=told.client,
        month=told.month.first,
        time_zone=told.month.zone.key,
        currency=told.currency,
        total_cents=told.total_cents,
        clips=told.clips,
        seconds=told.seconds,
        unpriced_clips=told.unpriced_clips,
        letterhead={"agency": head.agency, "mode": head.mode},
        rate_cards=list(told.rate_cards),
        month_close=close,
        issued_by_id=access.user_id,
        issued_at=moment,
    )
    _write_lines(paper, told)
    final = replace(told, preliminary=(), issued=_issued(access, paper, on=today))
    _write_files(paper, final, head)
    record(access, "client_statement.issue", f"client_statement:{paper.number}", after=_told(paper))
    return paper


def _next_serial(access: Access, *, year: int) -> int:
    rows = IssuedStatement.objects.within(access).filter(year=year)
    last: int | None = rows.aggregate(last=Max("serial"))["last"]
    return (last or 0) + 1


def _issued(access: Access, paper: IssuedStatement, *, on: date) -> Issued:
    by = User.objects.filter(pk=access.user_id or 0).first()
    return Issued(
        number=paper.number,
        kind=paper.kind,
        corrects=paper.corrects.number if paper.corrects else "",
        on=on,
        by=by.get_username() if by else "",
    )


def _write_lines(paper: IssuedStatement, told: ClientStatement) -> None:
    numbers = {line.corrects for line in told.lines if line.corrects}
    named = IssuedStatement.objects.filter(
        workspace_id=paper.workspace_id, mode=paper.mode, number__in=numbers
    )
    firsts = {first.number: first for first in named}
    IssuedLine.objects.bulk_create(
        IssuedLine(
            workspace_id=paper.workspace_id,
            mode=paper.mode,
            statement=paper,
            position=position,
            client_id=paper.client_id,
            month=line.of or paper.month,
            corrects=firsts.get(line.corrects),
            campaign_id=line.campaign_id,
            what=line.what[:400],
            clips=line.clips,
            seconds=line.seconds,
            rate=line.rate,
            cents=line.cents,
        )
        for position, line in enumerate(told.lines)
    )


def _write_files(paper: IssuedStatement, final: ClientStatement, head: Letterhead) -> None:
    from generation.money.statement_pdf import as_pdf  # here, for few ever want one

    contents = {"csv": as_csv(final, head).encode(), "pdf": as_pdf(final, head)}
    IssuedFile.objects.bulk_create(
        IssuedFile(
            workspace_id=paper.workspace_id,
            mode=paper.mode,
            statement=paper,
            ending=ending,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for ending, content in contents.items()
    )


def _told(paper: IssuedStatement) -> dict[str, object]:
    return {
        "client": paper.client.uid,
        "month": f"{paper.month:%Y-%m}",
        "kind": paper.kind,
        "currency": paper.currency,
        "total_cents": paper.total_cents,
    }
