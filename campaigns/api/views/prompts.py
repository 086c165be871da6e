"""Prompts looked at before money is spent on them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.answers.prompts import (
    ReviewsAnswer,
    RewriteAnswer,
    reviews_answer,
    rewrite_answer,
)
from campaigns.api.bodies.prompts import OptimiseBody, ReviewBody, prompt_ask, prompts_of
from campaigns.prompts.asking import check_prompt, known
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import errors


class ReviewPrompts(Door):
    permissions_needed = {"POST": "jobs:read"}

    @extend_schema(
        operation_id="review_prompts",
        summary="Review prompts",
        request=ReviewBody,
        responses={200: ReviewsAnswer, **errors(400, 413)},
    )
    def post(self, request: Request) -> Response:
        """What prompts lack or risk at the offers that would get them. Nothing is kept.

        The same prompt gets the same review: it is made by rules. A finding that blocks means
        that the money is likely lost; one that warns, that the clip is likely to disappoint.
        """
        given = read(ReviewBody, request.data)
        prompts = prompts_of(given)
        terms = known(self.access, prompt_ask(given))
        reviews = [terms.review(prompt) for prompt in prompts]
        return Response(reviews_answer(prompts, reviews, offers=terms.offers))


class OptimisePrompt(Door):
    permissions_needed = {"POST": "jobs:read"}
    throttle_classes = (CreateLimit,)  # a language model may be asked, which costs somebody

    @extend_schema(
        operation_id="optimise_prompt",
        summary="Propose a better prompt",
        request=OptimiseBody,
        responses={200: RewriteAnswer, **errors(400, 413, 429)},
    )
    def post(self, request: Request) -> Response:
        """A rewriting for the offer that would be tried first, with a reason for every change.

        Nothing is kept or sent to a provider. Locked phrases of the client's brand kit come out
        byte for byte, and the text is never longer than the offer takes.
        """
        given = read(OptimiseBody, request.data)
        check_prompt(given["prompt"], field="prompt")
        terms = known(self.access, prompt_ask(given))
        return Response(rewrite_answer(terms.propose(given["prompt"])))
