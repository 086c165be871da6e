"""A campaign rehearsed: its storyboard as a film, at no cost."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.answers.rehearsal import FilmAnswer, film_answer
from campaigns.api.lookup import campaign_by
from campaigns.models import Campaign
from campaigns.rehearsal import films
from generation.api.bodies.queries import Nothing
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class Rehearsal(Door):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="rehearsal",
        summary="Read a storyboard's film",
        responses={200: FilmAnswer, **errors(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """How far it is, and where it can be watched."""
        campaign = campaign_by(self.access, campaign_id)
        view = films.film_of(campaign)
        return Response(film_answer(view, campaign=campaign, access=self.access))

    @extend_schema(
        operation_id="rehearse",
        summary="Make a storyboard's film",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: FilmAnswer, 202: FilmAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """In true timing: of each shot its final, else the picked draft, else the newest one,
        else an animatic. It costs nothing. 202 while it is made; 200 where the storyboard has
        not changed since the last one."""
        campaign = campaign_by(self.access, campaign_id)
        read(Nothing, request.data)
        return self.replayed() or self.once(lambda: self._asked(campaign))

    def _asked(self, campaign: Campaign) -> Answer:
        view = films.ask(self.access, campaign)
        told = film_answer(view, campaign=campaign, access=self.access)
        return Answer(status=202 if view.at_work else 200, body=dict(told))
