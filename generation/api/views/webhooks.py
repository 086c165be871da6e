"""Webhook endpoints: who is told what, with what secret, and what became of each message."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.pages import Listed
from generation.api.answers.webhooks import (
    DeliveryAnswer,
    EndpointAnswer,
    EndpointWithSecret,
    delivery_answer,
    endpoint_answer,
)
from generation.api.bodies.queries import Nothing, PageQuery, read_query
from generation.api.bodies.strict import read
from generation.api.bodies.webhooks import (
    DeliveriesQuery,
    EndpointBody,
    EndpointChangeBody,
    RotateBody,
    endpoint_ask,
)
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from generation.models import Notice, WebhookEndpoint
from generation.notices import endpoints


class EndpointsAnswer(Listed):
    """Webhook endpoints of the workspace in this mode, newest first."""

    results: list[EndpointAnswer]


class DeliveriesAnswer(Listed):
    """What was sent to an endpoint, newest first."""

    results: list[DeliveryAnswer]


class EndpointDoor(Door):
    """What the views of one endpoint share."""

    def endpoint(self, uid: str) -> WebhookEndpoint:
        """Raises NotFound, also for another workspace's or mode's endpoint."""
        found = endpoints.mine(self.access).filter(uid=uid).first()
        if found is None:
            raise NotFound(f"There is no webhook endpoint {uid} in this workspace.")
        return found

    def with_secret(self, response: Response) -> Response:
        """The kept answer holds no secret, so it is put in anew, if it is still the same one."""
        told: dict[str, Any] = dict(response.data)
        found = endpoints.mine(self.access).filter(uid=told["webhook_endpoint_id"]).first()
        same = found and endpoint_answer(found)["secret_made_at"] == told["secret_made_at"]
        response.data = {**told, "secret": endpoints.secret_of(found) if found and same else None}
        return response


class WebhookEndpoints(EndpointDoor):
    permissions_needed = {"GET": "webhooks:read", "POST": "webhooks:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="webhook_endpoints",
        summary="List webhook endpoints",
        parameters=[PageQuery],
        responses={200: EndpointsAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Who is told of what happens here, and how well they listen."""
        given = read_query(PageQuery, request.query_params)
        found = page(endpoints.mine(self.access), cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: EndpointsAnswer = {
            "results": [endpoint_answer(one) for one in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="make_webhook_endpoint",
        summary="Make a webhook endpoint",
        request=EndpointBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: EndpointWithSecret, **errors(400, 409, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """Sends news to an address from now on. Keep the `secret`: it is shown here only."""
        given = read(EndpointBody, request.data)
        return self.with_secret(self.replayed() or self.once(lambda: self._made(given)))

    def _made(self, given: dict[str, Any]) -> Answer:
        made = endpoints.create(self.access, endpoint_ask(given))
        return Answer(status=201, body=dict(endpoint_answer(made)))


class WebhookEndpointRecord(EndpointDoor):
    permissions_needed = {
        "GET": "webhooks:read",
        "PATCH": "webhooks:write",
        "DELETE": "webhooks:write",
    }

    @extend_schema(
        operation_id="webhook_endpoint",
        summary="Read a webhook endpoint",
        responses={200: EndpointAnswer, **errors(404)},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """One endpoint and how well it listens."""
        return Response(endpoint_answer(self.endpoint(endpoint_id)))

    @extend_schema(
        operation_id="change_webhook_endpoint",
        summary="Change a webhook endpoint",
        request=EndpointChangeBody,
        responses={200: EndpointAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """What is still to be tried goes to the new address. Switched off, it is not tried."""
        found = self.endpoint(endpoint_id)
        given = read(EndpointChangeBody, request.data)
        return Response(endpoint_answer(endpoints.change(self.access, found, changes=given)))

    @extend_schema(
        operation_id="remove_webhook_endpoint",
        summary="Remove a webhook endpoint",
        responses={204: None, **errors(404)},
    )
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Sends nothing there any more. There is no way back but a new endpoint."""
        endpoints.remove(self.access, self.endpoint(endpoint_id))
        return Response(status=204)


class WebhookSecret(EndpointDoor):
    permissions_needed = {"POST": "webhooks:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Rotate a webhook's secret",
        request=RotateBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: EndpointWithSecret, **errors(400, 404, 409, 422, 429)},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """A new secret, shown here only. The one so far signs beside it for a day."""
        found = self.endpoint(endpoint_id)
        hours: int = read(RotateBody, request.data)["overlap_hours"]
        return self.with_secret(self.replayed() or self.once(lambda: self._made(found, hours)))

    def _made(self, found: WebhookEndpoint, hours: int) -> Answer:
        made = endpoints.rotate(self.access, found, overlap_hours=hours)
        return Answer(status=200, body=dict(endpoint_answer(made)))


class WebhookTest(EndpointDoor):
    permissions_needed = {"POST": "webhooks:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="ping_webhook_endpoint",
        summary="Test a webhook endpoint",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: DeliveryAnswer, **errors(400, 404, 409, 422, 429)},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Sends a `ping`, once. Its delivery tells what was answered."""
        found = self.endpoint(endpoint_id)
        read(Nothing, request.data)
        return self.replayed() or self.once(
            lambda: Answer(
                status=202, body=dict(delivery_answer(endpoints.ping(self.access, found)))
            )
        )


class WebhookDeliveries(EndpointDoor):
    permissions_needed = {"GET": "webhooks:read"}

    @extend_schema(
        operation_id="webhook_deliveries",
        summary="List an endpoint's deliveries",
        parameters=[DeliveriesQuery],
        responses={200: DeliveriesAnswer, **errors(400, 404)},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """What was sent, how often it was tried, and the last answer. Follow `next` until null."""
        found = self.endpoint(endpoint_id)
        given = read_query(DeliveriesQuery, request.query_params)
        sent = endpoints.in_state(endpoints.deliveries(self.access, found), given["state"] or "")
        rows = page(sent, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: DeliveriesAnswer = {
            "results": [delivery_answer(one) for one in rows.rows],
            "next": next_address(request.path, query=query, cursor=rows.cursor),
            "next_cursor": rows.cursor or None,
        }
        return Response(body)


class WebhookReplay(Door):
    permissions_needed = {"POST": "webhooks:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="replay_webhook_delivery",
        summary="Send a delivery again",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: DeliveryAnswer, **errors(400, 404, 409, 422, 429)},
    )
    def post(self, request: Request, delivery_id: str) -> Response:
        """The same message with the same id, tried anew from now on; also one that was taken."""
        notice = endpoints.deliveries(self.access).filter(uid=delivery_id).first()
        if notice is None:
            raise NotFound(f"There is no delivery {delivery_id} in this workspace.")
        read(Nothing, request.data)
        return self.replayed() or self.once(lambda: self._again(notice))

    def _again(self, notice: Notice) -> Answer:
        sent = endpoints.replay(self.access, notice)
        return Answer(status=202, body=dict(delivery_answer(sent)))
