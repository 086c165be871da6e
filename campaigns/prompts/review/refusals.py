"""What vendors refuse, or what belongs to somebody: by lists of words, class by class."""

from collections.abc import Iterator
from functools import cache

from campaigns.prompts.lexicon import phrases, table
from campaigns.prompts.phrases import Phrases
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity


def likely_refusals(asked: Asked) -> Iterator[Finding]:
    """A refused clip can be billed all the same."""
    for kind in table("refusals", "class"):
        listed, but = _lists(kind["name"])
        for match in asked.matches(listed, but=but):
            if asked.denied.touch(match.start, match.end):
                continue
            yield asked.finding(
                kind["name"],
                Severity(kind["severity"]),
                message=f"“{asked.said(match)}”: {_lower(kind['says'])}.",
                remedy=kind["remedy"],
                at=(match.start, match.end),
            )


def real_people(asked: Asked) -> Iterator[Finding]:
    for match in asked.matches(phrases("names", "people")):
        yield asked.finding(
            "real_person",
            Severity.WARNS,
            message=f"“{asked.said(match)}” is a real person; providers refuse those.",
            remedy="Describe a person of your own: age, clothes, manner.",
            at=(match.start, match.end),
        )


def franchises(asked: Asked) -> Iterator[Finding]:
    for match in asked.matches(phrases("names", "franchises")):
        if asked.own.touch(match.start, match.end):
            continue
        yield asked.finding(
            "franchise",
            Severity.WARNS,
            message=f"“{asked.said(match)}” belongs to a studio; providers often refuse it.",
            remedy="Describe a figure or world of your own.",
            at=(match.start, match.end),
        )


def brands(asked: Asked) -> Iterator[Finding]:
    """Somebody's mark: fine for its owner, a risk for everybody else."""
    found = list(phrases("names", "brands").find(asked.reading))
    for match in phrases("names", "capitalised").find(asked.reading):
        word = asked.reading.words[match.first]
        if word.capital and not asked.reading.opens_clause(match.first):
            found.append(match)
    for match in found:
        if asked.own.touch(match.start, match.end):
            continue
        yield asked.finding(
            "brand",
            Severity.HINTS,
            message=f"“{asked.said(match)}” is a brand.",
            remedy="If it is your client's, lock it in the brand kit; else say what the thing is.",
            at=(match.start, match.end),
        )


def avoided(asked: Asked) -> Iterator[Finding]:
    """What the client's brand kit wants to see nowhere."""
    wanted_off = [phrase for phrase in asked.avoid if any(map(str.isalnum, phrase))]
    for match in Phrases(wanted_off).find(asked.reading):
        if asked.denied.touch(match.start, match.end) or asked.own.touch(match.start, match.end):
            continue
        yield asked.finding(
            "avoided",
            Severity.WARNS,
            message=f"The client's brand kit says to avoid “{match.phrase}”.",
            remedy="Say it in another way, or leave it out.",
            at=(match.start, match.end),
        )


@cache
def _lists(name: str) -> tuple[Phrases, Phrases]:
    kind = next(kind for kind in table("refusals", "class") if kind["name"] == name)
    return Phrases(kind["words"]), Phrases(kind["but"])


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
