"""Asking the owners for more than a budget has left, and their answer: people only."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.approvals import ApprovalAnswer, approval_answer
from generation.api.answers.pages import Listed
from generation.api.bodies.approvals import AnswerBody, ApprovalBody, ApprovalsQuery
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.api.views.budgets import budget_by
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import ApprovalRequest
from generation.money import approvals
from generation.money.pricing import micros_from_decimal


class ApprovalsAnswer(Listed):
    """Questions of the workspace in this mode, newest first."""

    results: list[ApprovalAnswer]


class Approvals(Door):
    permissions_needed = {"GET": "budgets:read", "POST": "jobs:write"}

    @extend_schema(
        operation_id="approvals",
        summary="List questions to the owners",
        parameters=[ApprovalsQuery],
        responses={200: ApprovalsAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Who asked for how much more in which budget, and what came of it.

        Follow `next` until it is null.
        """
        given = read_query(ApprovalsQuery, request.query_params)
        rows = approvals.mine(self.access)
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["budget_id"]:
            rows = rows.filter(budget__uid=given["budget_id"])
        found = page(rows, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: ApprovalsAnswer = {
            "results": [approval_answer(one) for one in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="ask_for_budget",
        summary="Ask for more budget",
        request=ApprovalBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ApprovalAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Tells the owners what is missing and what for. Only a signed-in person may ask.

        One question of a person about a budget waits at a time.
        """
        given = read(ApprovalBody, request.data)
        return self.replayed() or self.once(lambda: self._asked(given))

    def _asked(self, given: dict[str, Any]) -> Answer:
        budget = budget_by(self, given["budget_id"])
        micros, reason = micros_from_decimal(given["amount"]), given["reason"]
        made = _told(
            "budget_id",
            lambda: approvals.ask(self.access, budget, micros=micros, reason=reason),
        )
        return Answer(status=201, body=dict(_answer(self, made.uid)))


class ApprovalRecord(Door):
    permissions_needed = {"GET": "budgets:read"}

    @extend_schema(
        operation_id="approval",
        summary="Read a question to the owners",
        responses={200: ApprovalAnswer, **errors(404)},
    )
    def get(self, request: Request, approval_id: str) -> Response:
        """Whether it still waits, and what was answered."""
        return Response(_answer(self, approval_id))


class Decide(Door):
    """What the two doors of an owner's answer share."""

    permissions_needed = {"POST": "budgets:write"}

    def decided(
        self, request: Request, approval_id: str, decide: Callable[..., ApprovalRequest]
    ) -> Response:
        given = read(AnswerBody, request.data)
        _answer(self, approval_id)
        _told(
            "approval_id",
            lambda: decide(self.access, approval_id, reason=given["reason"]),
        )
        return Response(_answer(self, approval_id))


class Approve(Decide):
    @extend_schema(
        operation_id="approve_once",
        summary="Approve once",
        request=AnswerBody,
        responses={200: ApprovalAnswer, **errors(400, 404)},
    )
    def post(self, request: Request, approval_id: str) -> Response:
        """Raises the running period's limit by exactly the sum asked for, once.

        Signed-in owners only; one's own question is another owner's to approve, if there is one.
        """
        return self.decided(request, approval_id, approvals.approve)


class Refuse(Decide):
    @extend_schema(
        operation_id="refuse_approval",
        summary="Refuse",
        request=AnswerBody,
        responses={200: ApprovalAnswer, **errors(400, 404)},
    )
    def post(self, request: Request, approval_id: str) -> Response:
        """Leaves the budget as it is and tells who asked. Needs a `reason`; owners only."""
        return self.decided(request, approval_id, approvals.refuse)


def _answer(door: Door, uid: str) -> ApprovalAnswer:
    """Raises NotFound, also for another workspace's or mode's question."""
    found = approvals.by_uid(door.access, uid)
    if found is None:
        raise NotFound(f"There is no question {uid} in this workspace.")
    return approval_answer(found)


def _told(whole: str, do: Callable[[], ApprovalRequest]) -> ApprovalRequest:
    """Runs it; a refusal names the request's own fields, `whole` for what is wrong as a whole."""
    names = {"form": whole, "answer": "reason"}
    try:
        return do()
    except Refused as refused:
        field = names.get(refused.field, refused.field)
        raise Refused(refused.message, field=field, code=refused.code) from refused
