"""Where the money went, and where it would have gone under another policy."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import centres
from generation.api.answers.terms import (
    InsightAnswer,
    ReplayAnswer,
    exact,
    per_second_answer,
    replayed_answer,
    saving_answer,
    spent_answer,
    step_answer,
)
from generation.api.bodies.queries import read_query
from generation.api.bodies.terms import InsightQuery, ReplayQuery
from generation.api.door import Door
from generation.api.schema import errors
from generation.asks import Refused
from generation.money.asked import orders_from, span_from
from generation.money.funnel import funnel
from generation.money.insight import Scope, outcome, spend
from generation.money.replay import replay
from generation.money.tiering import saved_by_tiering


class Insight(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="insight",
        summary="Read where the money went",
        parameters=[InsightQuery],
        responses={200: InsightAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Spending by one dimension, cost per second, the funnel, and what tiering saved.

        All that was spent is divided by the seconds delivered, and by those of them that are picked
        now. Nobody approves clips here yet, so what is approved and rejected is null, not 0.
        """
        given = read_query(InsightQuery, request.query_params)
        scope = scope_from(self, given)
        total, passed = outcome(scope), funnel(scope)
        body: InsightAnswer = {
            "mode": self.access.mode,
            "first": scope.span.first.isoformat(),
            "last": scope.span.last.isoformat(),
            "time_zone": scope.span.zone.key,
            "currency": "USD",
            "spent": exact(total.spent_micros),
            "delivered_clips": total.delivered_clips,
            "delivered_seconds": total.delivered_seconds,
            "cost_per_delivered_second": per_second_answer(total.per_delivered_second),
            "picked_seconds": total.picked_seconds,
            "cost_per_picked_second": per_second_answer(total.per_picked_second),
            "cost_per_approved_second": per_second_answer(total.per_approved_second),
            "by": given["by"],
            "breakdown": [spent_answer(row) for row in spend(scope, by=given["by"])],
            "funnel": [step_answer(step) for step in passed.steps],
            "fates": [step_answer(step) for step in passed.fates],
            "wasted": exact(passed.wasted_micros),
            "saved_by_tiering": saving_answer(saved_by_tiering(scope)),
        }
        return Response(body)


class PolicyReplay(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="policy_replay",
        summary="Replay days under another tier policy",
        parameters=[ReplayQuery],
        responses={200: ReplayAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """The same requests under other orders of providers, at the prices of their days.

        Only what would have been made elsewhere changes; the policy as it is gives the ledger.
        """
        given = read_query(ReplayQuery, request.query_params)
        scope = scope_from(self, given)
        got = replay(scope, orders=orders_from(given))
        body: ReplayAnswer = {
            "mode": self.access.mode,
            "first": scope.span.first.isoformat(),
            "last": scope.span.last.isoformat(),
            "actual": exact(got.actual_micros),
            "replayed": exact(got.replayed_micros),
            "saved": exact(got.saved_micros),
            "tiers": [replayed_answer(row) for row in got.tiers],
        }
        return Response(body)


def scope_from(door: Door, given: dict[str, Any]) -> Scope:
    """Raises Refused for days that make no span and for a client that is not here."""
    span = span_from(door.access, first=given["first"], last=given["last"])
    client = centres.client_by(door.access, given["client"]) if given["client"] else None
    if given["client"] and client is None:
        raise Refused("There is no such client here.", field="client", code="not_found")
    return Scope(access=door.access, span=span, client=client)
