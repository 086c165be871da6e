"""A campaign repeated live as the API tells it."""

from typing import TypedDict

from campaigns.models import Campaign
from campaigns.rehearsal.repeat_live import Repeated
from generation.api.answers.quotes import QuoteAnswer, quote_answer


class RepeatAnswer(TypedDict):
    """`campaign` is the live one, `made_from` the one of test mode. `quote` says what its shots
    will cost; where they cannot be priced as they are it is null, and `problem` says why."""

    campaign: str
    name: str
    made_from: str
    brief_version: int
    new: bool
    quote: QuoteAnswer | None
    problem: str | None


def repeat_answer(done: Repeated, *, source: Campaign) -> RepeatAnswer:
    return {
        "campaign": done.campaign.uid,
        "name": done.campaign.name,
        "made_from": source.uid,
        "brief_version": source.brief.version,
        "new": done.new,
        "quote": quote_answer(done.quote, made=0) if done.quote else None,
        "problem": done.problem or None,
    }
