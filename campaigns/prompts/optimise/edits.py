"""The edits of one round, in the order in which they are made. Each notes what it did."""

import re
from collections.abc import Callable
from dataclasses import replace

from campaigns.prompts.lexicon import grouped, table
from campaigns.prompts.optimise import filling, fitting, negatives, removing
from campaigns.prompts.optimise.clauses import About, Clause, clause_of
from campaigns.prompts.optimise.laying_out import ordered, text_of
from campaigns.prompts.optimise.removing import Cut
from campaigns.prompts.optimise.terms import Work
from campaigns.prompts.reading import DIRECTIVE, read
from campaigns.prompts.review.camera import LONG_ENOUGH_FOR_BOTH
from campaigns.prompts.review.form import ADDRESS, BULLET, EMOJI, MARKUP

NOISE: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("address", ADDRESS, "A provider does not open links."),
    ("markup", BULLET, "A prompt is read as one line of words."),
    ("markup", MARKUP, "A prompt is read as one line of words."),
    ("emoji", EMOJI, "Symbols are read as noise."),
)
CUTS: tuple[tuple[str, Callable[[str], Cut], str], ...] = (
    ("asks_for_film", removing.without_lead_in, "The request itself cannot be seen."),
    ("subjective", removing.without_opinions, "An opinion cannot be filmed."),
    ("boosters", removing.without_boosters, "The offer decides the resolution."),
)


def quiet(work: Work, text: str) -> str:
    """The text without links, marks and symbols."""
    for rule, pattern, reason in NOISE:
        found = dict.fromkeys(match[0].strip() for match in pattern.finditer(text))
        if found:
            work.note(rule, reason, before=" ".join(found))
            text = pattern.sub(" " if rule != "markup" or pattern is BULLET else "", text)
    # What is left may have closed up to a directive.
    return DIRECTIVE.sub(" ", text)


def cut_words(work: Work) -> None:
    """Requests, opinions and boosters out of every clause."""
    kept: list[Clause] = []
    for clause in work.clauses:
        text = clause.text
        for rule, cut, reason in CUTS:
            done = cut(text)
            for taken in done.taken:
                work.note(rule, reason, before=taken)
            text = done.text
        kept += _still_there(work, clause, text)
    work.clauses = _unless_nothing(work, kept)


def move_negatives(work: Work) -> None:
    """Into what to avoid, where the offer has a field for it."""
    if not work.terms.offer.negative_prompt:
        return
    moved: list[str] = []
    kept: list[Clause] = []
    for clause in work.clauses:
        text, denied = negatives.taken_out(clause.text)
        if not denied or work.guarded.holds(denied):
            kept.append(clause)
            continue
        moved.append(denied)
        kept += _still_there(work, clause, text)
    together = negatives.together(work.negative_prompt, moved)
    if not moved or not kept or not all(_named(together, text) for text in moved):
        return
    work.clauses, work.negative_prompt = kept, together
    reason = "Naming it in the prompt invites it; the provider has a field for it."
    for text in moved:
        work.note("negative_phrasing", reason, before=text)


def avoid_for_the_brand(work: Work) -> None:
    """What the brand kit keeps out of the picture."""
    offer, avoid = work.terms.offer, work.terms.brand.avoid
    if not offer.negative_prompt or not avoid:
        return
    together = negatives.together(work.negative_prompt, list(avoid))
    if together != work.negative_prompt:
        work.negative_prompt = together
        work.note("avoided", "The client's brand kit keeps it out.", after=", ".join(avoid))


def drop_repeats(work: Work) -> None:
    seen: set[str] = set()
    kept: list[Clause] = []
    for clause in work.clauses:
        said = clause.text.lower()
        if said in seen and not work.guarded.holds(clause.text):
            work.note("repeated", "It says this twice.", before=clause.text)
            continue
        seen.add(said)
        kept.append(clause)
    work.clauses = kept


def settle_moves(work: Work) -> None:
    """Of two moves that exclude each other the first stays."""
    if work.terms.seconds >= LONG_ENOUGH_FOR_BOTH:
        return
    for pair in table("camera", "opposites"):
        one, other = _with_move(work, pair["one"]), _with_move(work, pair["other"])
        if one is None or other is None or one == other:
            continue
        late = work.clauses[max(one, other)]
        if late.about is About.CAMERA and not work.guarded.holds(late.text):
            work.note("conflict", "One camera cannot do both at once.", before=late.text)
            work.clauses.remove(late)


def fill(work: Work) -> None:
    """Camera and light where nothing is said of them, if there is room."""
    for rule, clause, reason in filling.missing(work):
        tried = ordered(_followed_by(work.clauses, clause), work.terms.rendering)
        text = text_of(tried, work.terms.rendering)
        if work.fits(text) and work.is_comfortable(text):
            work.clauses = _followed_by(work.clauses, clause)
            work.note(rule, reason, after=clause.text)


def _followed_by(clauses: list[Clause], clause: Clause) -> list[Clause]:
    """One clause more, in the same sentence where there is but one."""
    several = any(one.ends for one in clauses[:-1])
    return [*clauses[:-1], replace(clauses[-1], ends=several), clause]


def order(work: Work) -> None:
    before = [clause.text for clause in work.clauses]
    work.clauses = ordered(work.clauses, work.terms.rendering)
    if [clause.text for clause in work.clauses] != before:
        work.note("order", work.terms.rendering.reason)


def shorten(work: Work) -> None:
    """To what the offer takes at most, and of details to what it follows."""
    rendering = work.terms.rendering

    def laid_out(clauses: list[Clause]) -> str:
        return text_of(ordered(clauses, rendering), rendering)

    steps = (
        (work.is_comfortable, (About.BODY, About.LENS), "More details than the offer follows."),
        (work.fits, fitting.LAST_TO_GO, "Longer than the offer takes."),
    )
    for fits, only, reason in steps:
        work.clauses, gone = fitting.shortened(
            work.clauses,
            fits=lambda clauses, fits=fits: fits(laid_out(clauses)),  # type: ignore[misc]
            holds=work.guarded.holds,
            only=only,
        )
        for clause in gone:
            work.note("too_long", reason, before=clause.text)


def _still_there(work: Work, clause: Clause, text: str) -> list[Clause]:
    if text == clause.text:
        return [clause]
    return list(clause_of(work.guarded, text, ends=clause.ends))


def _unless_nothing(work: Work, kept: list[Clause]) -> list[Clause]:
    """A prompt of nothing but opinions stays as it is: there would be nothing left."""
    if kept:
        return kept
    work.changes = [one for one in work.changes if one.rule not in {rule for rule, _, _ in CUTS}]
    return work.clauses


def _named(listed: str, text: str) -> bool:
    entries = {entry.strip().lower() for entry in listed.split(",")}
    return all(part.strip().lower() in entries for part in text.split(",") if part.strip())


def _with_move(work: Work, groups: list[str]) -> int | None:
    listed, owner = grouped("camera", "moves")
    for place, clause in enumerate(work.clauses):
        if any(
            owner[match.phrase] in groups
            for match in listed.find(read(work.guarded.spelled(clause.text)))
        ):
            return place
    return None
