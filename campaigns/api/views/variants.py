"""Variants of a shot: combinations of factors, priced and made together."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns.api.answers.takes import TakesMade, VariantsPriced
from campaigns.api.bodies.takes import VariantsBody, factors_of
from campaigns.api.views.takes import TakeDoor
from campaigns.variants.making import wishes
from campaigns.variants.matrix import Matrix, matrix
from generation.api.bodies.strict import read
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from providers.types import Tier


class ShotVariants(TakeDoor):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="variants",
        summary="Make variants of a shot",
        request=VariantsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: TakesMade, 201: VariantsPriced, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, shot_id: str) -> Response:
        """Each combination of the factors' values as a take, all admitted or none.

        Where there are more than `most`, a balanced fraction is made in which every pair of
        values of two factors meets if it can. With `dry_run` they are only shown and priced.
        """
        require(self.access, "jobs:write")
        shot = self.shot(shot_id)
        given = read(VariantsBody, request.data)
        if again := self.replayed():
            return again
        found = matrix(shot.prompt, factors=factors_of(given), most=given["most"])
        tier = Tier(given["quality"]) if given["quality"] else None
        wanted = wishes(shot, found.variants, tier=tier, note=given["note"])
        if given["dry_run"]:
            return self.once(lambda: _shown(found, self.priced(shot.campaign, wanted)))
        quote_uid = given["quote_id"]
        return self.once(lambda: self.made(shot.campaign, wanted, quote_uid=quote_uid))


def _shown(found: Matrix, quoted: Answer) -> Answer:
    body = {
        "variants": [{"factors": one.factors, "prompt": one.prompt} for one in found.variants],
        "possible": found.possible,
        "pairs": found.pairs,
        "pairs_met": found.pairs_met,
        "quote": quoted.body,
    }
    return Answer(status=201, body=body)
