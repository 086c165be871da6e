"""One proposal: by the rules, and worded by a language model where there is one."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from campaigns.prompts.language_model import LanguageModel, NoWording, WordingAsked
from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.optimise import Brand, Change, Proposal, optimise
from campaigns.prompts.optimise.laying_out import rendering_of
from campaigns.prompts.optimise.proposal import difference
from campaigns.prompts.optimise.protecting import directives, lost
from campaigns.prompts.review import Review, review
from campaigns.prompts.review.findings import COSTS
from generation.asks import CONTROLS
from providers.types import GenerationMode

QUOTES = "\"“”'"


def propose(
    prompt: str,
    *,
    offer_limits: tuple[OfferLimits, ...],
    seconds: int,
    generation_mode: GenerationMode,
    negative_prompt: str = "",
    style: str = "",
    locked: tuple[str, ...] = (),
    brand: Brand | None = None,
    model: LanguageModel | None = None,
) -> Proposal:
    """What could be sent in place of `prompt`.

    The model starts from the rules' proposal. Its text is taken only if it keeps every locked
    phrase and directive, fits the first offer and reads no worse than what it was given; else
    the rules' proposal stands, with a note that says why.
    """
    by_rules = optimise(
        prompt,
        offer_limits=offer_limits,
        seconds=seconds,
        generation_mode=generation_mode,
        negative_prompt=negative_prompt,
        style=style,
        locked=locked,
        brand=brand,
    )
    if model is None or not by_rules.rewritten.strip():
        return by_rules
    reviewed = partial(
        review,
        seconds=seconds,
        generation_mode=generation_mode,
        offer_limits=offer_limits,
        locked=locked,
        avoid=brand.avoid if brand else (),
    )
    offer = offer_limits[0]
    return _worded(model, by_rules, offer, seconds=seconds, locked=locked, reviewed=reviewed)


def _worded(
    model: LanguageModel,
    by_rules: Proposal,
    offer: OfferLimits,
    *,
    seconds: int,
    locked: tuple[str, ...],
    reviewed: Callable[[str], Review],
) -> Proposal:
    """The model's text where it can be taken, else the rules' with a note."""
    try:
        said = _asked(model, by_rules, offer, seconds=seconds, locked=locked)
    except NoWording as none:
        return _noted(by_rules, str(none))
    before, after = reviewed(by_rules.rewritten), reviewed(said)
    wrong = _unfit(said, by_rules, offer, locked=locked) or _worse(before, after)
    if wrong:
        return _noted(by_rules, f"The language model's text was not taken: {wrong}.")
    if said == by_rules.rewritten:
        return by_rules
    return _taken(by_rules, said, after, name=model.name)


def _asked(
    model: LanguageModel,
    by_rules: Proposal,
    offer: OfferLimits,
    *,
    seconds: int,
    locked: tuple[str, ...],
) -> str:
    text = by_rules.rewritten
    said = model.worded(
        WordingAsked(
            prompt=text,
            phrases=tuple(phrase for phrase in (*locked, *directives(text)) if phrase in text),
            longest=offer.room,
            seconds=seconds,
            layout=rendering_of(offer.provider).reason,
            missing=tuple(finding.message for finding in by_rules.findings_after),
        )
    )
    said = said.strip()
    if len(said) > 1 and said[0] in QUOTES and said[-1] in QUOTES:
        said = said[1:-1].strip()
    return said


def _unfit(said: str, by_rules: Proposal, offer: OfferLimits, *, locked: tuple[str, ...]) -> str:
    """Why a text cannot be taken; empty where it can."""
    if not said:
        return "it was empty"
    if CONTROLS.search(said):
        return "it held control characters"
    if not offer.fits(said):
        return f"it was longer than the {offer.room:,} characters that {offer.name} takes"
    missed = lost(by_rules.original, said, locked)
    if missed:
        return f"it changed the locked phrase “{missed}”"
    if directives(said) != directives(by_rules.original):
        return "it changed the sandbox directive"
    return ""


def _worse(before: Review, after: Review) -> str:
    """A finding that the model brought in, if it weighs more than a hint."""
    known = set(before.rules())
    heavy = [
        finding
        for finding in after.findings
        if finding.rule not in known and COSTS[finding.severity] > min(COSTS.values())
    ]
    return f"it brought in a fault of its own ({heavy[0].message.rstrip('.')})" if heavy else ""


def _noted(by_rules: Proposal, note: str) -> Proposal:
    return replace(by_rules, notes=(*by_rules.notes, note))


def _taken(by_rules: Proposal, said: str, after: Review, *, name: str) -> Proposal:
    change = Change(rule="language_model", reason=f"Worded anew by {name}.")
    return replace(
        by_rules,
        rewritten=said,
        changes=(*by_rules.changes, change),
        diff=difference(by_rules.original, said),
        findings_after=after.findings,
        source="language_model",
    )
