"""Takes: the campaign's list, one with its verdict, and more of a shot."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns import finals, judging, promoting
from campaigns.api.answers.takes import TakeAnswer, TakesMade, take_answer, takes_made
from campaigns.api.bodies.takes import (
    JudgeBody,
    MoreBody,
    PromoteTakeBody,
    TakesQuery,
    more_takes,
    pins_of,
)
from campaigns.api.listing import paged
from campaigns.api.lookup import campaign_by
from campaigns.models import Campaign, Shot, Take
from campaigns.more_takes import wishes_of
from campaigns.sources import versions
from campaigns.take_reading import shot_by, take_by, told
from campaigns.takes import TakeWish, ask_for, make
from generation import quotes
from generation.api.answers.pages import Listed
from generation.api.answers.quotes import QuoteAnswer, quote_answer
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import QuoteKind
from providers.types import Tier


class TakesPage(Listed):
    """Takes, newest first."""

    results: list[TakeAnswer]


class TakeDoor(Door):
    """What the doors of takes share."""

    def take(self, uid: str) -> Take:
        take = take_by(self.access, uid)
        if take is None:
            raise NotFound(f"There is no take {uid} in this workspace.")
        return take

    def shot(self, uid: str) -> Shot:
        shot = shot_by(self.access, uid)
        if shot is None:
            raise NotFound(f"There is no shot {uid} in this workspace.")
        return shot

    def priced(self, campaign: Campaign, wishes: list[TakeWish]) -> Answer:
        """A kept quote that the same request can be made on. Nothing is held."""
        asks = [ask_for(campaign, wish) for wish in wishes]
        quote = quotes.keep(self.access, asks, kind=QuoteKind.PLAN)
        return Answer(status=201, body=dict(quote_answer(quote, made=0)))

    def made(self, campaign: Campaign, wishes: list[TakeWish], *, quote_uid: str) -> Answer:
        done = make(self.access, campaign, wishes, quote_uid=quote_uid)
        shots = [wish.shot.uid for wish in wishes]
        return Answer(
            status=202, body=dict(takes_made(done, campaign_id=campaign.uid, shots=shots))
        )


class Takes(TakeDoor):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="takes",
        summary="List takes",
        parameters=[TakesQuery],
        responses={200: TakesPage, **errors(400, 404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """The takes of a campaign, newest first. Follow `next` until it is null."""
        campaign = campaign_by(self.access, campaign_id)
        given = read_query(TakesQuery, request.query_params)
        rows = told(Take.objects.filter(shot__campaign=campaign, shot__removed_at=None))
        if given["shot"]:
            rows = rows.filter(shot__uid=given["shot"])
        if given["state"]:
            rows = rows.filter(job__state=given["state"])
        if given["verdict"]:
            rows = rows.filter(verdict="" if given["verdict"] == "none" else given["verdict"])
        found, listed = paged(request, rows, given)
        current = versions(campaign)
        results = [take_answer(take, access=self.access, current=current) for take in found]
        body: TakesPage = {"results": results, **listed}
        return Response(body)


class TakeRecord(TakeDoor):
    permissions_needed = {"GET": "campaigns:read", "PATCH": "campaigns:write"}

    @extend_schema(
        operation_id="take", summary="Read a take", responses={200: TakeAnswer, **errors(404)}
    )
    def get(self, request: Request, take_id: str) -> Response:
        """What it is, what came of it, and what people think of it."""
        return Response(self.told(take_id))

    @extend_schema(
        operation_id="judge_take",
        summary="Judge a take",
        request=JudgeBody,
        responses={200: TakeAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, take_id: str) -> Response:
        """Stars, verdict, final. Picking one take of a shot unpicks the other; `none` takes a
        verdict back; a rejection needs `reject_reason`. Nothing is spent."""
        take = self.take(take_id)
        given = read(JudgeBody, request.data)
        return self.once(lambda: self._judged(take, given))

    def told(self, uid: str) -> TakeAnswer:
        take = self.take(uid)
        return take_answer(take, access=self.access, current=versions(take.shot.campaign))

    def _judged(self, take: Take, given: dict[str, Any]) -> Answer:
        if given["rating"] is not None:
            judging.rate(self.access, take, rating=given["rating"] or None)
        if given["verdict"] == "picked":
            judging.pick(self.access, take)
        elif given["verdict"] == "rejected":
            reason, note = given["reject_reason"] or "", given["reject_note"]
            judging.reject(self.access, take, reason=reason, note=note)
        elif given["verdict"] == "none":
            judging.undo(self.access, take)
        elif given["reject_reason"] or given["reject_note"]:
            raise Refused("Send verdict rejected with it.", field="verdict", code="required")
        if given["final"]:
            judging.confirm_final(self.access, take)
        elif given["final"] is False:
            raise Refused("Make another take final instead.", field="final")
        return Answer(status=200, body=dict(self.told(take.uid)))


class ShotTakes(TakeDoor):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="more_takes",
        summary="Make more takes of a shot",
        request=MoreBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: TakesMade, 201: QuoteAnswer, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, shot_id: str) -> Response:
        """All of them or none, under one hold. With `dry_run` they are only priced."""
        require(self.access, "jobs:write")
        shot = self.shot(shot_id)
        given = read(MoreBody, request.data)
        if again := self.replayed():
            return again
        wishes = wishes_of(shot, more_takes(given))
        if given["dry_run"]:
            return self.once(lambda: self.priced(shot.campaign, wishes))
        quote_uid = given["quote_id"]
        return self.once(lambda: self.made(shot.campaign, wishes, quote_uid=quote_uid))


class TakePromote(TakeDoor):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="promote_take",
        summary="Make a final of a take",
        request=PromoteTakeBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: TakesMade, 201: QuoteAnswer, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, take_id: str) -> Response:
        """The same prompt, seed and picture at a higher tier, with the draft as its origin.

        How far the final went from its draft is measured when it is done.
        """
        require(self.access, "jobs:write")
        take = self.take(take_id)
        campaign = take.shot.campaign
        given = read(PromoteTakeBody, request.data)
        if again := self.replayed():
            return again
        tier = Tier(given["quality"]) if given["quality"] else None
        wanted = finals.promotions_of(campaign, [take], tier=tier, **pins_of(given))

        def quoted() -> Answer:
            quote = promoting.quote(self.access, campaign, wanted)
            return Answer(status=201, body=dict(quote_answer(quote, made=0)))

        def promoted() -> Answer:
            done = promoting.promote(self.access, campaign, wanted, quote_uid=given["quote_id"])
            told = takes_made(done, campaign_id=campaign.uid, shots=[take.shot.uid])
            return Answer(status=202, body=dict(told))

        return self.once(quoted if given["dry_run"] else promoted)
