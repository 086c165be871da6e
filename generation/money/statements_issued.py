"""Issued statements as they were, and a client's month as it stands: issued or a draft."""

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet, Sum

from accounts.access import Access
from accounts.models import Workspace
from generation.models import (
    CostCentre,
    IssuedFile,
    IssuedLine,
    IssuedStatement,
    IssueKind,
)
from generation.money.report_span import month_before, month_of
from generation.money.statement_corrections import with_corrections
from generation.money.statement_files import Letterhead, as_csv
from generation.money.statement_work import ClientWork
from generation.money.statements_out import (
    ClientStatement,
    Issued,
    Margin,
    StatementLine,
    margin_of,
    statement,
)
from providers.micros import CENT

Told = tuple[ClientStatement, Margin | None]


def current(client: CostCentre, *, month: date, staff: bool) -> Told:
    """The month of a client as issued, or else what would be issued now; with its margin for
    staff. The margin is of this month alone, with all that was told about it so far."""
    [told] = months(ClientWork(client), first=month, last=month, staff=staff)
    return told


def months(work: ClientWork, *, first: date, last: date, staff: bool) -> list[Told]:
    """The same of every month from the first day's to the last day's, the newest first."""
    work.read(first=first, last=last)
    issued = _issued(work.client, first=first, last=last)
    found, month = [], last.replace(day=1)
    while month >= first.replace(day=1):
        if paper := issued.get(month):
            found.append(_as_issued(work, paper, staff=staff))
        else:
            told = statement(work, month=month)
            margin = margin_of(work, month=month, billed_cents=told.total_cents)
            found.append((with_corrections(work, told), margin if staff else None))
        month = month_before(month)
    return found


def _as_issued(work: ClientWork, paper: IssuedStatement, *, staff: bool) -> Told:
    if not staff:
        return frozen(paper), None
    billed = IssuedLine.objects.filter(client=work.client, month=paper.month)
    cents = billed.aggregate(sum=Sum("cents", default=0))["sum"]
    return frozen(paper), margin_of(work, month=paper.month, billed_cents=cents)


def first_of(client: CostCentre, *, month: date) -> IssuedStatement | None:
    """The statement of the month in which the day lies, if it was issued."""
    return _issued(client, first=month, last=month).get(month.replace(day=1))


def _issued(client: CostCentre, *, first: date, last: date) -> dict[date, IssuedStatement]:
    rows = IssuedStatement.objects.filter(client=client, kind=IssueKind.STATEMENT)
    papers = told_with(rows.filter(month__gte=first.replace(day=1), month__lte=last))
    return {paper.month: paper for paper in papers}


def by_number(access: Access, number: str) -> IssuedStatement | None:
    """None also for another workspace's or mode's."""
    return told_with(IssuedStatement.objects.within(access).filter(number=number)).first()


def papers_of(client: CostCentre) -> QuerySet[IssuedStatement]:
    """What was issued to a client, in no order."""
    return told_with(IssuedStatement.objects.filter(client=client))


def told_with(rows: QuerySet[IssuedStatement]) -> QuerySet[IssuedStatement]:
    """The papers with all that they are told with, but for the files' bytes."""
    files = Prefetch("files", IssuedFile.objects.defer("content"))
    return rows.select_related("client", "corrects", "issued_by").prefetch_related(files)


def frozen(paper: IssuedStatement) -> ClientStatement:
    """What the paper says, out of its own rows alone."""
    lines = paper.lines.select_related("corrects").order_by("position")
    return ClientStatement(
        client_id=paper.client.uid,
        client=paper.client_name,
        month=month_of(paper.month, zone=ZoneInfo(paper.time_zone)),
        currency=paper.currency,
        lines=tuple(_line(line) for line in lines),
        total_cents=paper.total_cents,
        clips=paper.clips,
        seconds=paper.seconds,
        unpriced_clips=paper.unpriced_clips,
        preliminary=(),
        rate_cards=tuple(paper.rate_cards),
        issued=Issued(
            number=paper.number,
            kind=paper.kind,
            corrects=paper.corrects.number if paper.corrects else "",
            on=paper.issued_at.astimezone(ZoneInfo(paper.time_zone)).date(),
            by=paper.issued_by.get_username() if paper.issued_by else "",
        ),
    )


def file_of(paper: IssuedStatement, *, ending: str) -> bytes:
    """The very bytes that the client was given."""
    return bytes(IssuedFile.objects.get(statement=paper, ending=ending).content)


def month_file(
    access: Access, client: CostCentre, *, month: date, ending: str
) -> tuple[ClientStatement, bytes]:
    """A month for the client's eyes: the file that was issued, or else a draft made now."""
    first = first_of(client, month=month)
    if first is not None:
        return frozen(first), file_of(first, ending=ending)
    work = ClientWork(client)
    told = with_corrections(work, statement(work, month=month))
    agency = Workspace.objects.values_list("name", flat=True).get(pk=access.workspace_id)
    head = Letterhead(agency=agency, mode=access.mode)
    if ending != "pdf":
        return told, as_csv(told, head).encode()
    from generation.money.statement_pdf import as_pdf  # here, for few ever want one

    return told, as_pdf(told, head)


def _line(line: IssuedLine) -> StatementLine:
    return StatementLine(
        campaign_id=line.campaign_id,
        what=line.what,
        clips=line.clips,
        seconds=line.seconds,
        rate=line.rate,
        exact=Fraction(line.cents * CENT),
        cents=line.cents,
        corrects=line.corrects.number if line.corrects else "",
        of=line.month if line.corrects else None,
    )
