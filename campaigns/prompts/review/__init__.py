"""The reviewer: what a prompt lacks or risks, in plain words. Free of Django."""

from campaigns.prompts.review.findings import Finding, Review, Severity, Verdict
from campaigns.prompts.review.reviewer import review

__all__ = ["Finding", "Review", "Severity", "Verdict", "review"]
