"""One prompt through all rules."""

from collections.abc import Callable, Iterator
from itertools import islice

from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.review import camera, form, refusals, subject, time, wording
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Review, Severity, summed_up
from providers.types import GenerationMode

MOST_OF_A_RULE = 5
Rule = Callable[[Asked], Iterator[Finding]]

# Rules about the text as such, in whatever language it is written.
ANY_LANGUAGE: tuple[Rule, ...] = (
    form.too_long,
    form.markup,
    form.addresses,
    form.emoji,
    refusals.real_people,
    refusals.franchises,
    refusals.brands,
    refusals.avoided,
)
ENGLISH: tuple[Rule, ...] = (
    subject.too_vague,
    subject.no_details,
    subject.unclear,
    subject.subjective,
    subject.boosters,
    camera.no_camera,
    camera.no_light,
    camera.conflicting_moves,
    camera.conflicting_settings,
    time.too_much,
    time.describes_the_picture,
    wording.negative_phrasing,
    wording.text_in_picture,
    refusals.likely_refusals,
)


def review(
    prompt: str,
    *,
    seconds: int,
    generation_mode: GenerationMode,
    offer_limits: tuple[OfferLimits, ...] = (),
    locked: tuple[str, ...] = (),
    avoid: tuple[str, ...] = (),
    language: str = "en",
) -> Review:
    """What this prompt lacks or risks. Never raises, and says the same of the same prompt.

    `offer_limits` begins with the offer that is tried first. `locked` are phrases of the client's
    own, `avoid` what its brand kit forbids. Sandbox directives count for the length alone.
    """
    asked = Asked(prompt, seconds, generation_mode, offer_limits, locked, avoid)
    found: list[Finding] = []
    for rule in ANY_LANGUAGE:
        found += islice(rule(asked), MOST_OF_A_RULE)
    if language != "en":
        return summed_up(found)
    if reads_otherwise(asked.reading.text):
        return summed_up([*found, _not_english(asked)])
    for rule in ENGLISH:
        found += islice(rule(asked), MOST_OF_A_RULE)
    return summed_up(found)


def reads_otherwise(text: str) -> bool:
    """Whether most letters of a text are of another script, where the word lists know nothing."""
    letters = [character for character in text if character.isalpha()]
    foreign = sum(character > "\u024f" for character in letters)
    return foreign * 2 > len(letters)


def _not_english(asked: Asked) -> Finding:
    return asked.finding(
        "not_english",
        Severity.HINTS,
        message="Only length, names and form were reviewed: the word lists are English.",
        remedy="Providers follow English prompts best.",
    )
