"""Negations go where they work: into what to avoid."""

from campaigns.prompts.lexicon import phrases, words
from campaigns.prompts.optimise.removing import tidy_end
from campaigns.prompts.reading import read
from campaigns.prompts.review.asked import Asked
from providers.types import GenerationMode

PEOPLE = frozenset({"nobody", "no one"})
MOST = 1000  # characters of what to avoid


def taken_out(text: str) -> tuple[str, str]:
    """A clause without its negation, and what that denied; the latter empty where it has none."""
    asked = Asked(text, 5, GenerationMode.TEXT_TO_VIDEO, (), (), ())
    if not asked.denied.places:
        return text, ""
    start, end = asked.denied.places[0]
    return tidy_end(f"{text[:start]} {text[end:]}"), denied(text[start:end])


def denied(said: str) -> str:
    """ "no people or cars" denies "people, cars"."""
    reading = read(said)
    opener = phrases("wording", "negatives", "openers").at(reading, 0)
    if opener is None:
        return ""
    if opener.phrase in PEOPLE:
        return "people"
    place = opener.after
    silent = words("subject", "asking") | {"any", "a", "an", "the", "of"}
    while place < len(reading.words) and reading.words[place].text in silent:
        place += 1
    if place == len(reading.words):
        return ""
    rest = said[reading.words[place].start :]
    return rest.replace(" or ", ", ").replace(" and ", ", ").strip(" .,;")


def together(known: str, more: list[str]) -> str:
    """One list, each entry once, as far as it has room."""
    entries = [entry.strip() for entry in known.split(",") if entry.strip()]
    seen = {entry.lower() for entry in entries}
    for entry in (part.strip() for text in more for part in text.split(",")):
        added = ", ".join([*entries, entry])
        if entry and entry.lower() not in seen and len(added) <= MOST:
            entries.append(entry)
            seen.add(entry.lower())
    return ", ".join(entries) if more else known
