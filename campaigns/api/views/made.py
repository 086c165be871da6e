"""The helpers' doors: B-roll, product shots, whole campaigns, variants and transitions by one call.

Each makes shots of a campaign with a take each, so that all of it is found on the pages.
"""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns.api.answers.made import FootageMade, footage_made
from campaigns.api.bodies.made import (
    AnimationBody,
    AssetsBody,
    BRollBody,
    IdeaVariantsBody,
    MissingBody,
    TransitionsBody,
    known_of,
    look_of,
)
from campaigns.made.assets import AssetsBrief, make_assets
from campaigns.made.b_roll import make_b_roll
from campaigns.made.missing import make_missing
from campaigns.made.pieces import Made
from campaigns.made.products import animate
from campaigns.made.transitions import make_transitions
from campaigns.made.variants import make_variants
from generation import uploads
from generation.api.bodies.strict import Body, read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import Asset
from providers.types import Tier

TOLD = {202: FootageMade, **errors(400, 402, 404, 409, 422, 429)}


class MadeDoor(Door):
    """What the helpers' doors share: who may, one answer for one key, one shape of it."""

    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)
    # As many prompts as a storyboard has shots, of 4,000 characters, some of which take two bytes.
    most_bytes = 3 * 1024 * 1024

    def given(self, shape: type[Body]) -> dict[str, Any]:
        require(self.access, "jobs:write")
        return read(shape, self.request.data)

    def made(self, effect: Callable[[], Made]) -> Response:
        def done() -> Answer:
            made = effect()
            return Answer(status=202 if made.takes else 200, body=dict(footage_made(made)))

        return self.once(done)


class MadeBRoll(MadeDoor):
    @extend_schema(
        operation_id="made_b_roll",
        summary="Make B-roll",
        request=BRollBody,
        parameters=[IDEMPOTENCY_KEY],
        responses=TOLD,
    )
    def post(self, request: Request) -> Response:
        """A clip of each prompt, all admitted or none. Without `campaign` they go into the
        workspace's “Quick footage”."""
        given = self.given(BRollBody)
        return self.replayed() or self.made(
            lambda: make_b_roll(
                self.access, given["prompts"], look=look_of(given), campaign=given["campaign"]
            )
        )


class MadeProductAnimation(MadeDoor):
    @extend_schema(
        operation_id="made_product_animation",
        summary="Animate a product photo",
        request=AnimationBody,
        parameters=[IDEMPOTENCY_KEY],
        responses=TOLD,
    )
    def post(self, request: Request) -> Response:
        """The picture moves as `motion` says."""
        given = self.given(AnimationBody)
        if again := self.replayed():
            return again
        picture = uploads.resolve(self.access, given["image_path"])
        return self.made(
            lambda: animate(
                self.access,
                picture,
                words=given["motion"],
                look=look_of(given),
                campaign=given["campaign"],
            )
        )


class MadeAssets(MadeDoor):
    @extend_schema(
        operation_id="made_assets",
        summary="Make a campaign's footage",
        request=AssetsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses=TOLD,
    )
    def post(self, request: Request) -> Response:
        """Scenes, product shots and transitions under one hold. Without `campaign` they go into
        the one that is called as the product, which is opened if need be."""
        given = self.given(AssetsBody)
        if again := self.replayed():
            return again
        pictures = [
            _picture(self, path, index) for index, path in enumerate(given["product_images"])
        ]
        product_tier = given["product_quality"]
        brief = AssetsBrief(
            look=look_of(given),
            product_name=given["product_name"],
            scenes=given["b_roll_scenes"],
            pictures=pictures,
            transition_count=given["transition_count"],
            transition_style=given["transition_style"] or "",
            product_tier=Tier(product_tier) if product_tier else None,
        )
        return self.made(lambda: make_assets(self.access, brief, campaign=given["campaign"]))


class MadeVariants(MadeDoor):
    @extend_schema(
        operation_id="made_variants",
        summary="Make variants of an idea",
        request=IdeaVariantsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses=TOLD,
    )
    def post(self, request: Request) -> Response:
        """Takes of one new shot that say the prompt with another camera or light each, so that
        it is known what made one better."""
        given = self.given(IdeaVariantsBody)
        return self.replayed() or self.made(
            lambda: make_variants(
                self.access,
                given["prompt"],
                count=given["variant_count"],
                look=look_of(given),
                campaign=given["campaign"],
            )
        )


class MadeTransitions(MadeDoor):
    @extend_schema(
        operation_id="made_transitions",
        summary="Make transitions",
        request=TransitionsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses=TOLD,
    )
    def post(self, request: Request) -> Response:
        """Short clips of one `style` that join scenes."""
        given = self.given(TransitionsBody)
        return self.replayed() or self.made(
            lambda: make_transitions(
                self.access,
                given["count"],
                kind=given["style"],
                look=look_of(given, style=""),
                campaign=given["campaign"],
            )
        )


class MadeMissingBRoll(MadeDoor):
    @extend_schema(
        operation_id="made_missing_b_roll",
        summary="Make the B-roll that is missing",
        request=MissingBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: FootageMade, **TOLD},
    )
    def post(self, request: Request) -> Response:
        """Invents as many scenes as are missing from product, audience and benefits, and makes
        a clip of each. A named campaign counts with its storyboard's B-roll. Answers 200, with
        no batch, where nothing is missing."""
        given = self.given(MissingBody)
        return self.replayed() or self.made(
            lambda: make_missing(
                self.access,
                known_of(given),
                required=given["required_b_roll_count"],
                look=look_of(given),
                campaign=given["campaign"],
            )
        )


def _picture(door: MadeDoor, path: str, index: int) -> Asset:
    """Its place in the list is named where it cannot be had."""
    try:
        return uploads.resolve(door.access, path)
    except Refused as refused:
        where = f"product_images.{index}"
        raise Refused(refused.message, field=where, code=refused.code) from refused
