"""What the rules look at: the prompt read once, and what is known beside it."""

from dataclasses import dataclass
from functools import cached_property

from campaigns.prompts.lexicon import grouped, phrases, words
from campaigns.prompts.limits import OfferLimits
from campaigns.prompts.phrases import Match, Phrases
from campaigns.prompts.reading import Reading, read
from campaigns.prompts.review.findings import Finding, Severity
from campaigns.prompts.spans import Span, Spans, occurrences
from providers.types import GenerationMode

QUOTED = 60  # characters of a prompt in a message


@dataclass(frozen=True)
class Asked:
    """One prompt under review."""

    prompt: str
    seconds: int
    generation_mode: GenerationMode
    offer_limits: tuple[OfferLimits, ...]
    locked: tuple[str, ...]
    avoid: tuple[str, ...]

    @cached_property
    def reading(self) -> Reading:
        return read(self.prompt)

    @property
    def animates(self) -> bool:
        return self.generation_mode is GenerationMode.IMAGE_TO_VIDEO

    @cached_property
    def own(self) -> Spans:
        """Where the client's own phrases stand."""
        return occurrences(self.prompt, self.locked)

    @cached_property
    def denied(self) -> Spans:
        """From each negation to the end of its clause."""
        listed = phrases("wording", "negatives", "openers")
        but = phrases("wording", "negatives", "but")
        found: list[Span] = []
        for match in self.matches(listed, but=but):
            inside = found and match.start < found[-1][1]
            if inside or self.own.touch(match.start, match.end):
                continue
            last = self.reading.end_of_clause(match.after - 1) - 1
            if last >= match.after:
                found.append((match.start, self.reading.words[last].end))
        return Spans(found)

    def matches(self, listed: Phrases, *, but: Phrases | None = None) -> list[Match]:
        """Where listed phrases stand, outside of the phrases in `but`."""
        spared = (
            Spans((match.start, match.end) for match in but.find(self.reading))
            if but
            else Spans(())
        )
        found = listed.find(self.reading)
        return [match for match in found if not spared.touch(match.start, match.end)]

    @cached_property
    def moves(self) -> list[tuple[str, Match]]:
        """Camera moves by group, in the order of the prompt."""
        listed, owner = grouped("camera", "moves")
        return [(owner[match.phrase], match) for match in listed.find(self.reading)]

    @cached_property
    def camera_words(self) -> frozenset[int]:
        """The places of the words that speak of the camera."""
        others, _ = grouped("camera", "other")
        found = [match for _, match in self.moves] + list(others.find(self.reading))
        return frozenset(place for match in found for place in range(match.first, match.after))

    @cached_property
    def lit(self) -> bool:
        """Whether anything is said of the light; a product's name says nothing."""
        found = phrases("light", "words").find(self.reading)
        return any(not self.own.touch(match.start, match.end) for match in found)

    @cached_property
    def actions(self) -> list[Match]:
        """What happens in front of the camera: verbs that take time."""
        found = list(phrases("motion", "actions").find(self.reading))
        listed = {place for match in found for place in range(match.first, match.after)}
        spared = words("motion", "not_actions") | words("motion", "states")
        for place, word in enumerate(self.reading.words):
            if place in listed or place in self.camera_words or word.text in spared:
                continue
            if len(word.text) > 4 and word.text.endswith("ing"):
                found.append(
                    Match(
                        phrase=word.text,
                        first=place,
                        after=place + 1,
                        start=word.start,
                        end=word.end,
                    )
                )
        kept = [match for match in found if match.first not in self.camera_words]
        return sorted(kept, key=lambda match: match.start)

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """The places of the words that tell something which can be seen."""
        silent = words("subject", "ties") | words("subject", "asking")
        medium = phrases("subject", "medium")
        opinions = {match.first for match in self.opinions}
        return tuple(
            place
            for place, word in enumerate(self.reading.words)
            if place in self.camera_words
            or not (word.text in silent or word.text in medium or place in opinions)
        )

    @cached_property
    def opinions(self) -> list[Match]:
        """Subjective words, outside of the client's own phrases."""
        found = self.matches(
            phrases("wording", "subjective"), but=phrases("wording", "but", "phrases")
        )
        return [match for match in found if not self.own.touch(match.start, match.end)]

    def finding(
        self, rule: str, severity: Severity, *, message: str, remedy: str, at: Span | None = None
    ) -> Finding:
        """A finding at a place; without one it speaks of the whole prompt."""
        start, end = at or (0, len(self.prompt))
        return Finding(
            rule=rule, severity=severity, start=start, end=end, message=message, remedy=remedy
        )

    def said(self, match: Match) -> str:
        return self.prompt[match.start : match.end]

    def quoted(self, start: int, end: int) -> str:
        """The words at a place, cut where they run on."""
        words = " ".join(self.prompt[start:end].split())
        return f"“{words[:QUOTED]}…”" if len(words) > QUOTED else f"“{words}”"
