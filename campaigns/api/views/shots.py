"""The shots of a campaign, one by one and in their order."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import drafting, shot_editing, sources, storyboard
from campaigns.api.answers.storyboard import (
    ShotAnswer,
    StoryboardAnswer,
    shot_answer,
    storyboard_answer,
)
from campaigns.api.bodies.storyboard import (
    OrderBody,
    ShotBody,
    ShotChangeBody,
    SplitBody,
    changed_fields,
    shot_fields,
)
from campaigns.api.lookup import campaign_by, shot_by
from campaigns.models import Campaign, Shot
from campaigns.shot_editing import fields_of
from generation.api.bodies.queries import Nothing
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class StoryboardDoor(Door):
    """What the doors of shots share."""

    def told(self, campaign: Campaign) -> StoryboardAnswer:
        shots = list(storyboard.shots_of(campaign))
        money = drafting.money_of(self.access, campaign, shots)
        return storyboard_answer(shots, money, current=sources.versions(campaign))

    def one(self, shot: Shot) -> ShotAnswer:
        """The shot as it stands now, whatever the caller still holds of it."""
        campaign = shot.campaign
        fresh = storyboard.told(shot)
        [price] = drafting.prices_of(self.access, campaign, [fresh]).shots
        return shot_answer(fresh, price, current=sources.versions(campaign))


class Shots(StoryboardDoor):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="shots",
        summary="Read a storyboard",
        responses={200: StoryboardAnswer, **errors(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """Every shot in order with its price and who would make it, and the limits."""
        return Response(self.told(campaign_by(self.access, campaign_id)))

    @extend_schema(
        operation_id="add_shot",
        summary="Add a shot",
        request=ShotBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ShotAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """A shot by hand; no plan changes it or takes it out."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(ShotBody, request.data)
        return self.replayed() or self.once(lambda: self._added(campaign, given))

    def _added(self, campaign: Campaign, given: dict[str, Any]) -> Answer:
        fields = shot_fields(given, ratio=campaign.brief.ratio)
        after = given["after"]
        behind = storyboard.named(campaign, [after], field="after")[0] if after else None
        shot = shot_editing.add(self.access, campaign, fields, after=behind)
        return Answer(status=201, body=dict(self.one(shot)))


class ShotRecord(StoryboardDoor):
    permissions_needed = {
        "GET": "campaigns:read",
        "PATCH": "campaigns:write",
        "DELETE": "campaigns:write",
    }

    @extend_schema(
        operation_id="shot", summary="Read a shot", responses={200: ShotAnswer, **errors(404)}
    )
    def get(self, request: Request, shot_id: str) -> Response:
        """What is wanted, what it costs, and what has changed since it was written."""
        return Response(self.one(shot_by(self.access, shot_id)))

    @extend_schema(
        operation_id="change_shot",
        summary="Change a shot",
        request=ShotChangeBody,
        responses={200: ShotAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, shot_id: str) -> Response:
        """What is left out stays. A locked shot takes nothing but `locked`: false; what comes
        with that is done after it. Takes that were made stay as they are."""
        shot = shot_by(self.access, shot_id)
        given = read(ShotChangeBody, request.data)
        return self.once(lambda: self._changed(shot, given))

    def _changed(self, shot: Shot, given: dict[str, Any]) -> Answer:
        if given.get("locked") is False:
            shot_editing.lock(self.access, shot, locked=False)
        if given.get("removed") is False:
            shot_editing.restore(self.access, shot)
        before = fields_of(shot)
        fields = changed_fields(before, given)
        if fields != before:
            shot_editing.edit(self.access, shot, fields)
        if given.get("up_to_date"):
            shot_editing.accept(self.access, shot)
        if given.get("removed"):
            shot_editing.remove(self.access, shot)
        if given.get("locked"):
            shot_editing.lock(self.access, shot, locked=True)
        return Answer(status=200, body=dict(self.one(shot)))

    @extend_schema(
        operation_id="remove_shot",
        summary="Take a shot out",
        responses={200: ShotAnswer, **errors(400, 404)},
    )
    def delete(self, request: Request, shot_id: str) -> Response:
        """It leaves the storyboard; its takes and their cost stay known. PATCH with `removed`:
        false puts it back."""
        shot = shot_by(self.access, shot_id)
        return Response(self.one(shot_editing.remove(self.access, shot)))


class ShotsOrder(StoryboardDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="order_shots",
        summary="Put the shots into another order",
        request=OrderBody,
        responses={200: StoryboardAnswer, **errors(400, 404)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Names every shot of the storyboard once. The same order again changes nothing."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(OrderBody, request.data)
        storyboard.reorder(self.access, campaign, given["shots"])
        return Response(self.told(campaign))


class ShotSplit(StoryboardDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="split_shot",
        summary="Split a shot in two",
        request=SplitBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: StoryboardAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, shot_id: str) -> Response:
        """The second part takes the rest of the seconds. A shot with takes cannot be split."""
        shot = shot_by(self.access, shot_id)
        given = read(SplitBody, request.data)
        return self.replayed() or self.once(lambda: self._parted(shot, given))

    def _parted(self, shot: Shot, given: dict[str, Any]) -> Answer:
        shot_editing.split(
            self.access, shot, first_seconds=given["first_seconds"], prompt=given["prompt"]
        )
        return Answer(status=201, body=dict(self.told(shot.campaign)))


class ShotDuplicate(StoryboardDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="duplicate_shot",
        summary="Duplicate a shot",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ShotAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, shot_id: str) -> Response:
        """The same once more right behind it, without its takes and its lock."""
        shot = shot_by(self.access, shot_id)
        read(Nothing, request.data)
        return self.replayed() or self.once(lambda: self._doubled(shot))

    def _doubled(self, shot: Shot) -> Answer:
        twin = shot_editing.duplicate(self.access, shot)
        return Answer(status=201, body=dict(self.one(twin)))
