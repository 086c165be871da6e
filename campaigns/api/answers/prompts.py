"""Reviews and proposals as the API tells them."""

from collections.abc import Sequence
from typing import TypedDict

from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.optimise import Proposal
from campaigns.prompts.review import Finding, Review, Verdict


class FindingAnswer(TypedDict):
    """`severity` is blocks, warns or hints. `start` and `end` count characters of the prompt;
    `text` is what stands there, empty where the whole prompt is meant."""

    rule: str
    severity: str
    start: int
    end: int
    text: str
    message: str
    remedy: str


class PromptReviewAnswer(TypedDict):
    """One prompt. `verdict` is ready, improve or rework; `score` is 0 to 100."""

    index: int
    verdict: str
    score: int
    findings: list[FindingAnswer]


class OfferLimitsAnswer(TypedDict):
    """An offer that would get the prompt. `longest` is what is left of its own limit beside what
    the desk adds, counted in `counts`: characters or utf16."""

    provider: str
    longest: int
    counts: str
    negative_prompt: bool


class ReviewsAnswer(TypedDict):
    """`verdict` and `score` are those of the weakest prompt; `offers` begins with the first."""

    verdict: str
    score: int
    reviews: list[PromptReviewAnswer]
    offers: list[OfferLimitsAnswer]


class PieceAnswer(TypedDict):
    """`kind` is equal, insert or delete."""

    kind: str
    text: str


class PromptChangeAnswer(TypedDict):
    """`before` is empty for an addition, `after` for a removal."""

    rule: str
    reason: str
    before: str
    after: str


class RewriteAnswer(TypedDict):
    """`original` and `rewritten` are equal where nothing was to be done. `source` is rules or
    language_model; `notes` say what no rewriting can settle."""

    original: str
    rewritten: str
    negative_prompt: str
    source: str
    changes: list[PromptChangeAnswer]
    diff: list[PieceAnswer]
    findings_before: list[FindingAnswer]
    findings_after: list[FindingAnswer]
    notes: list[str]


def reviews_answer(
    prompts: Sequence[str], reviews: Sequence[Review], *, offers: Sequence[OfferLimits]
) -> ReviewsAnswer:
    weight = list(Verdict)
    return {
        "verdict": max((one.verdict for one in reviews), key=weight.index).value,
        "score": min(one.score for one in reviews),
        "reviews": [
            {
                "index": index,
                "verdict": one.verdict.value,
                "score": one.score,
                "findings": _findings(prompt, one.findings),
            }
            for index, (prompt, one) in enumerate(zip(prompts, reviews, strict=True))
        ],
        "offers": [
            {
                "provider": offer.provider,
                "longest": offer.room,
                "counts": offer.counts,
                "negative_prompt": offer.negative_prompt,
            }
            for offer in offers
        ],
    }


def rewrite_answer(proposal: Proposal) -> RewriteAnswer:
    return {
        "original": proposal.original,
        "rewritten": proposal.rewritten,
        "negative_prompt": proposal.negative_prompt,
        "source": proposal.source,
        "changes": [
            {"rule": one.rule, "reason": one.reason, "before": one.before, "after": one.after}
            for one in proposal.changes
        ],
        "diff": [{"kind": piece.kind, "text": piece.text} for piece in proposal.diff],
        "findings_before": _findings(proposal.original, proposal.findings_before),
        "findings_after": _findings(proposal.rewritten, proposal.findings_after),
        "notes": list(proposal.notes),
    }


def _findings(prompt: str, findings: Sequence[Finding]) -> list[FindingAnswer]:
    return [
        {
            "rule": one.rule,
            "severity": one.severity.value,
            "start": one.start,
            "end": one.end,
            "text": "" if (one.start, one.end) == (0, len(prompt)) else prompt[one.start : one.end],
            "message": one.message,
            "remedy": one.remedy,
        }
        for one in findings
    ]
