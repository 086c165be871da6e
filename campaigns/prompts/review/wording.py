"""Words that do the opposite of what they say: negations, and letters in the picture."""

from collections.abc import Iterator

from campaigns.prompts.lexicon import phrases
from campaigns.prompts.phrases import Match
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity


def negative_phrasing(asked: Asked) -> Iterator[Finding]:
    """Whatever is named tends to appear, a "no" before it or not."""
    has_field = any(limits.negative_prompt for limits in asked.offer_limits)
    remedy = (
        "Move it to “What to avoid” (negative_prompt)."
        if has_field
        else "Say what is there in its place: an empty street, a plain wall."
    )
    for start, end in asked.denied.places:
        yield asked.finding(
            "negative_phrasing",
            Severity.HINTS,
            message=f"{asked.quoted(start, end)} names what should not be seen, and so invites it.",
            remedy=remedy,
            at=(start, end),
        )


def text_in_picture(asked: Asked) -> Iterator[Finding]:
    """Letters come out wrong."""
    for match in asked.matches(
        phrases("wording", "letters", "words"), but=phrases("wording", "letters", "but")
    ):
        if asked.denied.touch(match.start, match.end) or _own(asked, match):
            continue
        if match.phrase in SAYS and not _quotes_follow(asked, match):
            continue
        yield asked.finding(
            "text_in_picture",
            Severity.WARNS,
            message=f"“{asked.said(match)}”: letters and logos come out garbled.",
            remedy="Leave an empty place for it, and set it in the edit, where it stays sharp.",
            at=(match.start, match.end),
        )


# Plain verbs: they mean letters only with something quoted behind them.
SAYS = frozenset({"reads", "saying", "words"})
QUOTES = frozenset("\"“”„«»'‘")


def _quotes_follow(asked: Asked, match: Match) -> bool:
    return not QUOTES.isdisjoint(asked.reading.text[match.end : match.end + 4])


def _own(asked: Asked, match: Match) -> bool:
    return asked.own.touch(match.start, match.end)
