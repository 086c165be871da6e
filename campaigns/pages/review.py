"""The review beside the prompt of the generate form, and the proposal that one asks it for.

Both read the form as it stands. A form that does not fit together yet is reviewed all the same,
without what only an offer can know.
"""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from campaigns import opening
from campaigns.prompts.asking import Known, PromptAsk, check_prompt, known, known_without_offers
from campaigns.prompts.review import Finding, Severity
from generation.asks import LONGEST, SHORTEST, Refused
from generation.pages.door import page
from generation.pages.form import MOST_ID, Typed, typed_from
from generation.styles import STYLES
from providers.catalogue_file import PROVIDERS
from providers.types import GenerationMode, Tier

LINES = {
    Severity.BLOCKS: ("circle-x", "bad"),
    Severity.WARNS: ("triangle-alert", "accent"),
    Severity.HINTS: ("info", "wait"),
}
WEIGHTS = {
    Severity.BLOCKS: "Mend first",
    Severity.WARNS: "Improve",
    Severity.HINTS: "Hint",
}


@page("jobs:read", methods=("POST",))
def prompt_review(request: HttpRequest, access: Access) -> HttpResponse:
    """The line under the prompt, and what stands behind it."""
    typed = typed_from(request.POST)
    return render(request, "campaigns/_review.html", _review_of(access, typed))


@page("jobs:read", methods=("POST",))
def prompt_rewrite(request: HttpRequest, access: Access) -> HttpResponse:
    """A proposal in place of what is typed; it is taken only by a press of its button."""
    typed = typed_from(request.POST)
    fault = _fault(typed.prompt)
    if fault:
        return render(request, "campaigns/_rewrite.html", {"fault": fault})
    proposal = _known(access, typed).propose(_written(typed.prompt))
    context = {
        "proposal": proposal,
        "avoid_changes": proposal.negative_prompt != _written(typed.negative_prompt),
        "findings": _shown(proposal.findings_after),
        "changed": proposal.rewritten != proposal.original,
    }
    return render(request, "campaigns/_rewrite.html", context)


def _review_of(access: Access, typed: Typed) -> dict[str, Any]:
    if not typed.prompt.strip() or _fault(typed.prompt):
        return {"line": _fault(typed.prompt), "icon": "info", "tone": "wait", "findings": []}
    said = _known(access, typed).review(_written(typed.prompt))
    if not said.findings:
        return {"line": "Reads well", "icon": "check", "tone": "good", "findings": []}
    first, count = said.findings[0], len(said.findings)
    icon, tone = LINES[first.severity]
    return {
        "line": first.message,
        "more": count - 1,
        "icon": icon,
        "tone": tone,
        "findings": _shown(said.findings),
    }


def _shown(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [
        {
            "message": one.message,
            "remedy": one.remedy,
            "weight": WEIGHTS[one.severity],
            "icon": LINES[one.severity][0],
            "tone": LINES[one.severity][1],
        }
        for one in findings
    ]


def _known(access: Access, typed: Typed) -> Known:
    ask = replace(_ask(typed), client=_client(access, typed))
    try:
        return known(access, ask)
    except Refused:
        return known_without_offers(access, ask)


def _client(access: Access, typed: Typed) -> str:
    """The client whose brand kit binds: the chosen one, else that of the chosen campaign."""
    if typed.client or not typed.campaign:
        return typed.client[:MOST_ID]
    campaign = opening.campaign_by(access, typed.campaign[:MOST_ID])
    return campaign.client.uid if campaign and campaign.client else ""


def _ask(typed: Typed) -> PromptAsk:
    """What of the form makes sense by now; the rest as if untouched."""
    seconds = int(typed.seconds) if typed.seconds.isascii() and typed.seconds.isdigit() else 0
    tiers, modes = set(Tier), set(GenerationMode)
    return PromptAsk(
        generation_mode=GenerationMode(typed.mode if typed.mode in modes else Typed.mode),
        seconds=seconds if SHORTEST <= seconds <= LONGEST else int(Typed.seconds),
        tier=Tier(typed.tier if typed.tier in tiers else Typed.tier),
        provider=typed.provider if typed.provider in PROVIDERS else "",
        style=typed.style if typed.style in STYLES else "",
        negative_prompt=_written(typed.negative_prompt),
    )


def _fault(prompt: str) -> str:
    try:
        check_prompt(_written(prompt), field="prompt")
    except Refused as refused:
        return refused.message
    return ""


def _written(text: str) -> str:
    """Browsers end lines in two characters; a prompt ends them in one."""
    return text.replace("\r\n", "\n")
