"""Budgets: what may be spent for what, made and changed by people only."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AuditEntry
from generation.api.answers.budgets import (
    BudgetAnswer,
    BudgetDetail,
    PreviewAnswer,
    budget_answer,
    budget_detail,
    preview_answer,
)
from generation.api.answers.pages import Listed
from generation.api.bodies.budget import (
    BudgetBody,
    BudgetChangeBody,
    BudgetsQuery,
    PreviewQuery,
    budget_ask,
    budget_changes,
)
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from generation.models import Budget, BudgetAlert
from generation.money import budget_terms
from generation.money.budget_preview import preview
from generation.money.budget_views import matching, mine, views
from generation.money.pricing import micros_from_decimal

MOST_SHOWN = 50


class BudgetsAnswer(Listed):
    """Budgets of the workspace in this mode, newest first."""

    results: list[BudgetAnswer]


class Budgets(Door):
    permissions_needed = {"GET": "budgets:read", "POST": "budgets:write"}

    @extend_schema(
        operation_id="budgets",
        summary="List budgets",
        parameters=[BudgetsQuery],
        responses={200: BudgetsAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """What may be spent, what is held for running work, and what is spent.

        Follow `next` until it is null.
        """
        given = read_query(BudgetsQuery, request.query_params)
        rows = matching(mine(self.access), kind=given["kind"], target=given["target"])
        if given["active"]:
            rows = rows.filter(active=given["active"] == "true")
        found = page(rows, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: BudgetsAnswer = {
            "results": [budget_answer(view) for view in views(found.rows)],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="make_budget",
        summary="Make a budget",
        request=BudgetBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: BudgetAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Limits new work from now on. Only signed-in owners may; an API key never does."""
        given = read(BudgetBody, request.data)
        return self.replayed() or self.once(lambda: self._made(given))

    def _made(self, given: dict[str, Any]) -> Answer:
        budget = budget_terms.create(self.access, budget_ask(given))
        [view] = views(mine(self.access).filter(pk=budget.pk))
        return Answer(status=201, body=dict(budget_answer(view)))


class BudgetRecord(Door):
    permissions_needed = {"GET": "budgets:read", "PATCH": "budgets:write"}

    @extend_schema(
        operation_id="budget",
        summary="Read a budget",
        responses={200: BudgetDetail, **errors(404)},
    )
    def get(self, request: Request, budget_id: str) -> Response:
        """A budget with its forecast, alerts, periods and history."""
        return Response(self._told(self._budget(budget_id)))

    @extend_schema(
        operation_id="change_budget",
        summary="Change a budget",
        request=BudgetChangeBody,
        responses={200: BudgetDetail, **errors(400, 404)},
    )
    def patch(self, request: Request, budget_id: str) -> Response:
        """Holds for the running period from now on; periods that are over keep their limit.

        Needs a `reason`. A limit below what is used already stops new work only.
        """
        found = self._budget(budget_id)
        given = read(BudgetChangeBody, request.data)
        budget = budget_terms.change(
            self.access,
            found,
            changes=budget_changes(given),
            reason=given["reason"],
        )
        return Response(self._told(self._budget(budget.uid)))

    def _budget(self, uid: str) -> Budget:
        return budget_by(self, uid)

    def _told(self, budget: Budget) -> BudgetDetail:
        [view] = views([budget])
        alerts = BudgetAlert.objects.within(self.access).filter(period__budget=budget)
        entries = AuditEntry.objects.within(self.access).filter(subject=f"budget:{budget.uid}")
        return budget_detail(
            view,
            alerts=list(alerts.select_related("period").order_by("-pk")[:MOST_SHOWN]),
            periods=list(budget.periods.order_by("-starts_on")[:MOST_SHOWN]),
            history=list(entries.select_related("user").order_by("-pk")[:MOST_SHOWN]),
        )


class BudgetPreview(Door):
    permissions_needed = {"GET": "budgets:read"}

    @extend_schema(
        operation_id="preview_budget",
        summary="Preview a limit",
        parameters=[PreviewQuery],
        responses={200: PreviewAnswer, **errors(400, 404)},
    )
    def get(self, request: Request, budget_id: str) -> Response:
        """What a limit would have stopped today: the day's holds, played again under it.

        Changes nothing.
        """
        budget = budget_by(self, budget_id)
        given = read_query(PreviewQuery, request.query_params)
        hard = budget.hard if given["hard"] is None else given["hard"] == "true"
        limit = micros_from_decimal(given["limit"])
        return Response(preview_answer(preview(budget, limit_micros=limit, hard=hard)))


def budget_by(door: Door, uid: str) -> Budget:
    """Raises NotFound, also for another workspace's or mode's budget."""
    budget = mine(door.access).filter(uid=uid).first()
    if budget is None:
        raise NotFound(f"There is no budget {uid} in this workspace.")
    return budget
