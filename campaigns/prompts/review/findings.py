"""What a review says."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCKS = "blocks"  # money spent on this prompt is likely lost
    WARNS = "warns"  # likely to disappoint
    HINTS = "hints"  # could be better


class Verdict(StrEnum):
    READY = "ready"
    IMPROVE = "improve"
    REWORK = "rework"


COSTS = {Severity.BLOCKS: 40, Severity.WARNS: 15, Severity.HINTS: 5}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`start` and `end` count characters of the prompt; equal where something is missing."""

    rule: str
    severity: Severity
    start: int
    end: int
    message: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """`score` is 0 to 100. Findings stand by weight, then by place."""

    findings: tuple[Finding, ...]
    score: int
    verdict: Verdict

    def rules(self) -> Iterator[str]:
        return (finding.rule for finding in self.findings)


def summed_up(findings: list[Finding]) -> Review:
    """A rule that finds many places costs its price once."""
    order = list(Severity)
    findings = sorted(findings, key=lambda f: (order.index(f.severity), f.start, f.rule))
    worst: dict[str, int] = {}
    for finding in findings:
        cost = COSTS[finding.severity]
        worst[finding.rule] = max(cost, worst.get(finding.rule, 0))
    return Review(
        findings=tuple(findings),
        score=max(0, 100 - sum(worst.values())),
        verdict=_verdict({finding.severity for finding in findings}),
    )


def _verdict(severities: set[Severity]) -> Verdict:
    if Severity.BLOCKS in severities:
        return Verdict.REWORK
    return Verdict.IMPROVE if Severity.WARNS in severities else Verdict.READY
