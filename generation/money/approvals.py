"""Asking for more than a budget has left, and an owner's answer: once by the sum, or no.

Admission knows nothing of this: an approval raises the running period's limit by exactly what
was asked, as a change in the budget's history, and the next period begins at the budget's own.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import notifications
from accounts.access import Access, require
from accounts.audit import record
from accounts.models import NotificationKind, Role, User
from generation import clock
from generation.asks import Refused
from generation.models import ApprovalRequest, ApprovalState, Budget, BudgetPeriod
from generation.money import alerts, periods
from generation.money.budget_terms import LONGEST_REASON, MOST_MICROS
from providers.micros import dollars

DECIDED = "Somebody has decided this already. Nothing was changed."
OWN = "Another owner has to answer your own question. You can only take it back by refusing it."
LONGEST_PATH = 160
LONGEST_TYPED = 200_000


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """The page that the request was refused on, and its form as a browser sends it."""

    path: str = ""
    typed: str = ""


def waiting(access: Access) -> QuerySet[ApprovalRequest]:
    """What waits for an owner, the oldest first."""
    rows = ApprovalRequest.objects.within(access).filter(state=ApprovalState.WAITING)
    return rows.select_related("budget", "asked_by").order_by("pk")


def mine(access: Access) -> QuerySet[ApprovalRequest]:
    """The workspace's questions in this mode, with their budgets and people at hand."""
    rows = ApprovalRequest.objects.within(access)
    return rows.select_related("budget", "asked_by", "decided_by")


def by_uid(access: Access, uid: str) -> ApprovalRequest | None:
    """The question of that id, whatever its state; another workspace's or mode's is none."""
    return mine(access).filter(uid=uid).first()


def ask(
    access: Access, budget: Budget, *, micros: int, reason: str, back: WayBack | None = None
) -> ApprovalRequest:
    """Ask for so much more, once. Owners are told. Raises Forbidden, and Refused for no sum, no
    reason, a budget that is off, or while this person's last question waits; nothing is written.
    """
    require(access, "jobs:write")
    if access.user_id is None:
        raise Refused("Only a person can ask. Sign in.", field="form")
    words = _words(reason, field="reason")
    if not 0 < micros <= MOST_MICROS:
        raise Refused("Name a sum above $0.", field="amount")
    if not budget.active:
        raise Refused("This budget is switched off and refuses nothing.", field="form")
    back = back or WayBack()
    if len(back.path) > LONGEST_PATH or len(back.typed) > LONGEST_TYPED:
        raise Refused("The request is too long to be kept. Ask on the budget's page.", field="form")
    try:
        with transaction.atomic():
            request = ApprovalRequest.objects.create(
                workspace_id=budget.workspace_id,
                mode=budget.mode,
                budget=budget,
                micros=micros,
                reason=words,
                asked_by_id=access.user_id,
                created_at=clock.now(),
                came_from=back.path,
                typed=back.typed,
            )
            asked = {"request": request.uid, "asked_micros": micros}
            record(access, "budget.ask", f"budget:{budget.uid}", words, after=asked)
            who = User.objects.get(pk=access.user_id).get_username()
            owners = notifications.people_of(budget.workspace_id, roles=[Role.OWNER])
            said = f"{who} asks for {dollars(micros)} more in “{budget.name}”: {words}"
            _tell(request, owners, said, link=_budget_page(request))
    except IntegrityError:
        said = "Your last question about this budget still waits for an owner."
        raise Refused(said, field="form") from None
    return request


def approve(access: Access, uid: str, *, reason: str = "") -> ApprovalRequest:
    """Raise the running period's limit by the sum asked for, once.

    Raises Forbidden, and Refused where it is decided already, where the budget is not running,
    or where it is the owner's own question and there is another owner to answer it.
    """
    require(access, "budgets:write")
    with transaction.atomic():
        request = _locked(access, uid)
        if request.asked_by_id == access.user_id and _other_owners(access):
            raise Refused(OWN, field="form", code="own_request")
        period = _running(request.budget)
        before = {"limit_micros": period.limit_micros}
        period.limit_micros += request.micros
        period.save(update_fields=["limit_micros"])
        # A limit that goes up crosses no line; only the next one to cross is another.
        alerts.write(period, above=period.used_micros)
        why = _answer(reason)
        said = f"{dollars(request.micros)} more, once, for {request.asked_by}. {why}".strip()
        record(
            access,
            "budget.approve_once",
            f"budget:{request.budget.uid}",
            said[:LONGEST_REASON],
            before=before,
            after={"limit_micros": period.limit_micros, "request": request.uid},
        )
        _decide(access, request, state=ApprovalState.APPROVED, answer=why)
        said = f"Approved: {dollars(request.micros)} more, once."
        _tell(request, [request.asked_by_id], said, link=way_back(request))
    return request


def refuse(access: Access, uid: str, *, reason: str) -> ApprovalRequest:
    """Raises Forbidden, and Refused without a reason or where it is decided already."""
    require(access, "budgets:write")
    why = _words(reason, field="answer")
    with transaction.atomic():
        request = _locked(access, uid)
        told = {"request": request.uid, "refused_micros": request.micros}
        record(access, "budget.refuse", f"budget:{request.budget.uid}", why, after=told)
        _decide(access, request, state=ApprovalState.REFUSED, answer=why)
        said = f"Refused: {dollars(request.micros)} more in “{request.budget.name}”. {why}"
        _tell(request, [request.asked_by_id], said, link=way_back(request))
    return request


def way_back(request: ApprovalRequest) -> str:
    """Where whoever asked goes on: the form that was refused, else the budget's page."""
    if request.came_from:
        return f"{request.came_from}?asked={request.uid}"
    return _budget_page(request)


def _budget_page(request: ApprovalRequest) -> str:
    return f"/budgets/{request.budget.uid}/"


def _other_owners(access: Access) -> bool:
    owners = notifications.people_of(access.workspace_id, roles=[Role.OWNER])
    return any(pk != access.user_id for pk in owners)


def _locked(access: Access, uid: str) -> ApprovalRequest:
    """The request, if it still waits: the lock and the state decide who answers it."""
    rows = waiting(access).select_for_update(of=("self",), no_key=True).filter(uid=uid)
    request = rows.first()
    if request is None:
        raise Refused(DECIDED, field="form", code="decided")
    return request


def _running(budget: Budget) -> BudgetPeriod:
    period_id = periods.ensure([budget.pk]).get(budget.pk)
    if period_id is None:
        raise Refused("This budget is not running today. Change its days.", field="form")
    rows = BudgetPeriod.objects.select_related("budget")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=period_id)


def _decide(access: Access, request: ApprovalRequest, *, state: ApprovalState, answer: str) -> None:
    request.state, request.answer = state, answer
    request.decided_by_id, request.decided_at = access.user_id, clock.now()
    changed = ApprovalRequest.objects.filter(pk=request.pk, state=ApprovalState.WAITING).update(
        state=state,
        answer=answer,
        decided_by_id=access.user_id,
        decided_at=request.decided_at,
    )
    if changed != 1:
        raise Refused(DECIDED, field="form", code="decided")


def _tell(request: ApprovalRequest, people: list[int], words: str, *, link: str) -> None:
    notifications.write(
        people,
        workspace_id=request.workspace_id,
        mode=request.mode,
        kind=NotificationKind.BUDGET,
        words=words,
        link=link,
    )


def _words(text: str, *, field: str) -> str:
    words = _answer(text, field=field)
    if not words:
        raise Refused("Say why.", field=field)
    return words


def _answer(text: str, *, field: str = "answer") -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST_REASON:
        raise Refused(f"Keep it under {LONGEST_REASON + 1} characters.", field=field)
    return words
