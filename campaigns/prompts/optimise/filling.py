"""What a prompt gets where it leaves camera or light to chance."""

from collections.abc import Iterator

from campaigns.prompts.lexicon import table
from campaigns.prompts.optimise.clauses import Clause, about
from campaigns.prompts.optimise.terms import Terms, Work
from campaigns.prompts.phrases import Phrases
from campaigns.prompts.reading import read
from campaigns.prompts.review import subject
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.time import moves
from providers.types import GenerationMode

EMPTY = (subject.too_vague, subject.no_details, subject.unclear)
Missing = tuple[str, Clause, str]


def missing(work: Work) -> Iterator[Missing]:
    """The clauses to add, with the rule that missed them and the reason. Nothing is added where
    there is nothing to see yet: it would only hide that."""
    terms = work.terms
    text = work.guarded.spelled(work.text)
    asked = Asked(text, terms.seconds, terms.generation_mode, (), terms.locked, ())
    if not work.clauses or any(True for rule in EMPTY for _ in rule(asked)):
        return
    animates = terms.generation_mode is GenerationMode.IMAGE_TO_VIDEO
    if animates and not moves(asked):
        yield "describes_picture", _clause(terms, "camera"), "Something has to move."
    if not animates and not asked.camera_words:
        yield "no_camera", _clause(terms, "camera"), f"The camera was left to chance{_by(terms)}."
    if not animates and not asked.lit:
        yield "no_light", _clause(terms, "light"), f"The light was left to chance{_by(terms)}."


def _clause(terms: Terms, what: str) -> Clause:
    said = str(_choice(terms)[what])
    return Clause(said, True, about(said))


def _choice(terms: Terms) -> dict[str, str]:
    if terms.style in table("fill", "style"):
        chosen: dict[str, str] = table("fill", "style", terms.style)
        return chosen
    return _voice(terms) or table("fill", "default")


def _voice(terms: Terms) -> dict[str, str] | None:
    voice = read(terms.brand.voice)
    for entry in table("fill", "voice"):
        if any(True for _ in Phrases(entry["words"]).find(voice)):
            return {"camera": entry["camera"], "light": entry["light"]}
    return None


def _by(terms: Terms) -> str:
    if terms.style in table("fill", "style"):
        return f"; this goes with the {terms.style} style"
    return "; this goes with the client's voice" if _voice(terms) else ""
