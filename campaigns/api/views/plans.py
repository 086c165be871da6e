"""Planning a campaign: what its brief would become, and making the storyboard say so."""

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import drafting, replanning, sources, storyboard
from campaigns.api.answers.plans import PlanAnswer, plan_answer
from campaigns.api.answers.storyboard import storyboard_answer
from campaigns.api.bodies.storyboard import PlanBody
from campaigns.api.lookup import campaign_by
from campaigns.drafting import Money
from campaigns.models import Campaign, Shot
from campaigns.planning.facts import Plan
from campaigns.planning.reading import plan_of
from campaigns.replanning import Diff
from generation.api.answers.quotes import QuoteAnswer, quote_answer
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class PlanDoor(Door):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="plan_campaign",
        summary="Plan a campaign's storyboard",
        request=PlanBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: PlanAnswer, **errors(400, 404, 409, 422, 429)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Turns the brief into shots, priced, with what contradicts what. Nothing is spent.

        Without `apply` nothing is written but the quote. With it the storyboard becomes what the
        plan says: locked shots, shots with takes and shots written by hand stay.
        """
        campaign = campaign_by(self.access, campaign_id)
        given = read(PlanBody, request.data)
        if again := self.replayed():
            return again
        plan = plan_of(campaign)
        if given["apply"]:
            return self.once(lambda: self._applied(campaign, plan, given["fingerprint"]))
        return self.once(lambda: self._shown(campaign, plan))

    def _shown(self, campaign: Campaign, plan: Plan) -> Answer:
        diff = replanning.diff(campaign, plan)
        shots = replanning.preview(campaign, plan, diff)
        return self._answer(campaign, plan, diff, shots, applied=False)

    def _applied(self, campaign: Campaign, plan: Plan, fingerprint: str) -> Answer:
        diff = replanning.apply(self.access, campaign, plan, fingerprint=fingerprint)
        shots = list(storyboard.shots_of(campaign))
        return self._answer(campaign, plan, diff, shots, applied=True)

    def _answer(
        self, campaign: Campaign, plan: Plan, diff: Diff, shots: Sequence[Shot], *, applied: bool
    ) -> Answer:
        money = drafting.money_of(self.access, campaign, shots)
        board = storyboard_answer(shots, money, current=sources.versions(campaign))
        told = plan_answer(
            plan,
            diff,
            board,
            campaign_id=campaign.uid,
            applied=applied,
            quote=self._quote(campaign, shots, money),
        )
        return Answer(status=200, body=dict(told))

    def _quote(self, campaign: Campaign, shots: Sequence[Shot], money: Money) -> QuoteAnswer | None:
        if not shots or money.prices.blocked:
            return None
        return quote_answer(drafting.quote(self.access, campaign, shots), made=0)
