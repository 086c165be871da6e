"""A campaign rehearsed at no cost: its storyboard as a film, then its plan once more, live."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.answers.rehearsal import FilmAnswer, film_answer
from campaigns.api.answers.repeats import RepeatAnswer, repeat_answer
from campaigns.api.lookup import campaign_by
from campaigns.models import Campaign
from campaigns.rehearsal import films, repeat_live
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


class RepeatLive(Door):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="repeat_live",
        summary="Repeat a rehearsed campaign live",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: RepeatAnswer, 201: RepeatAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Copies client, brand kit, products with photos, brief and shots of a campaign of test
        mode into live mode, and quotes what it will cost there. Takes and money stay behind;
        nothing is spent or held. Needs a live key, or a person. Once for each version of the
        brief: asked again, the same live campaign comes back (200) with a fresh quote."""
        source = repeat_live.source_of(self.access, campaign_id)
        if source is None:
            raise NotFound(f"There is no campaign {campaign_id} in this workspace.")
        read(Nothing, request.data)
        return self.replayed() or self.once(lambda: self._repeated(source))

    def _repeated(self, source: Campaign) -> Answer:
        done = repeat_live.repeat_live(self.access, source)
        told = repeat_answer(done, source=source)
        return Answer(status=201 if done.new else 200, body=dict(told))
