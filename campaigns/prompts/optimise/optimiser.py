"""One prompt rewritten for one offer: rounds of edits until nothing changes any more."""

from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.optimise import edits, fitting
from campaigns.prompts.optimise.clauses import split
from campaigns.prompts.optimise.laying_out import rendering_of
from campaigns.prompts.optimise.proposal import Brand, Change, Proposal, difference
from campaigns.prompts.optimise.protecting import directives, guard, lost
from campaigns.prompts.optimise.terms import Terms, Work
from campaigns.prompts.review import Review, review
from campaigns.prompts.review.reviewer import reads_otherwise
from providers.types import GenerationMode

MOST_ROUNDS = 12
STILL = {
    "too_vague": "Only you know what should be seen: add who or what, what happens, and where.",
    "no_details": "Only you know what should be seen: add who or what, what happens, and where.",
    "unclear": "Only you know what happens there: add who does what.",
}
State = tuple[str, str]  # the prompt and what to avoid


def optimise(
    prompt: str,
    *,
    offer_limits: tuple[OfferLimits, ...],
    seconds: int,
    generation_mode: GenerationMode,
    negative_prompt: str = "",
    style: str = "",
    locked: tuple[str, ...] = (),
    brand: Brand | None = None,
) -> Proposal:
    """A better prompt for the first of the offers, with a reason for every change.

    Locked phrases come out byte for byte, the result is never longer than the offer takes, and
    optimising it again changes nothing. The prompt comes back as it was where there is nothing
    to do, and where its locked phrases alone are too long.
    """
    brand = brand or Brand()
    terms = Terms(
        offer=offer_limits[0],
        rendering=rendering_of(offer_limits[0].provider),
        seconds=seconds,
        generation_mode=generation_mode,
        style=style,
        brand=brand,
        locked=locked,
    )
    (rewritten, avoid), changes = _settled(terms, (prompt, negative_prompt))

    def reviewed(text: str) -> Review:
        return review(
            text,
            seconds=seconds,
            generation_mode=generation_mode,
            offer_limits=offer_limits,
            locked=locked,
            avoid=brand.avoid,
        )

    after = reviewed(rewritten)
    return Proposal(
        original=prompt,
        rewritten=rewritten,
        negative_prompt=avoid,
        changes=tuple(changes),
        diff=difference(prompt, rewritten),
        findings_before=reviewed(prompt).findings,
        findings_after=after.findings,
        notes=tuple(dict.fromkeys(STILL[rule] for rule in after.rules() if rule in STILL)),
    )


def _settled(terms: Terms, start: State) -> tuple[State, list[Change]]:
    """Rounds until one changes nothing. Should they go in a circle, its least member is taken,
    so that whoever enters the circle elsewhere comes to the same."""
    seen, changes = [start], list[Change]()
    for _ in range(MOST_ROUNDS):
        state, done = _stepped(terms, seen[-1])
        changes += [one for one in done if one not in changes]
        if state == seen[-1]:
            break
        if state in seen:
            seen.append(min(seen[seen.index(state) :]))
            break
        seen.append(state)
    return (seen[-1], changes) if terms.offer.fits(seen[-1][0]) else (start, [])


def _stepped(terms: Terms, state: State) -> tuple[State, list[Change]]:
    """One round; the same state where it would change nothing or break what must stay."""
    text, negative_prompt = state
    guarded = guard(text, terms.locked)
    if guarded is None:
        return state, []
    work = _round(Work(terms, guarded, negative_prompt=negative_prompt))
    if not work.changes:
        return state, []
    written = guarded.restored(work.text)
    # Half a directive may close up with what stood behind it; then the text is left alone.
    if lost(text, written, terms.locked) or directives(text) != directives(written):
        return state, []
    return (written, work.negative_prompt), work.changes


def _round(work: Work) -> Work:
    text = edits.quiet(work, work.guarded.text)
    work.clauses = list(split(work.guarded, text))
    english = not reads_otherwise(work.guarded.spelled(text))
    if not work.clauses:
        work.changes = []
        return work
    if english:
        edits.cut_words(work)
        edits.move_negatives(work)
        edits.drop_repeats(work)
        edits.settle_moves(work)
    edits.avoid_for_the_brand(work)
    edits.shorten(work)
    if english:
        edits.fill(work)
    edits.order(work)
    _cut_to_fit(work)
    return work


def _cut_to_fit(work: Work) -> None:
    """The last resort, for a first clause that is too long by itself."""
    if work.fits(work.text):
        return
    cut = fitting.cut_to_words(work.text, fits=work.fits, holds=work.guarded.holds)
    work.note("too_long", "Longer than the offer takes.", before=work.text[len(cut) :])
    work.clauses = list(split(work.guarded, cut))
