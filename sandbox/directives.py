"""`[[sandbox: <directive> …]]` in a prompt: how one request is to go wrong.

A prompt may hold several. `only=<provider>` limits its own pair of brackets to that provider.
Words that are no directive are ignored, as a vendor would ignore them.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from sandbox.words import provider_word

MARKER = re.compile(r"\[\[\s*sandbox\s*:\s*(.*?)\]\]", re.IGNORECASE | re.DOTALL)
FAILURES = ("moderation", "server", "credits", "invalid")
FLAGS = {
    "stall": "stall",
    "lost-response": "lost_response",
    "expired-url": "expired_url",
    "truncated-file": "truncated_file",
    "bad-json": "bad_json",
    "black-frames": "black_frames",
}


@dataclass(frozen=True)
class Directive:
    """What the prompt asks of this provider; the default asks for nothing.

    fail: `moderation` and `server` accept the job and end it failed, `credits` and `invalid`
    refuse the create. slow: seconds the task takes. lost_response: accept, then drop the
    connection. rate_limit: so many creates with this prompt are refused first. expired_url: the
    first download link answers 403. truncated_file: every download lacks its end. bad_json: the
    first status answer is cut off.
    """

    fail: str = ""
    stall: bool = False
    slow: float | None = None
    lost_response: bool = False
    rate_limit: int = 0
    expired_url: bool = False
    truncated_file: bool = False
    bad_json: bool = False
    black_frames: bool = False


def directive_in(prompt: str, *, provider: str) -> Directive:
    """Reads all directives of the prompt that hold at this provider."""
    found = Directive()
    for match in MARKER.finditer(prompt):
        words = match[1].replace(",", " ").split()
        if _holds_at(provider, words):
            for word in words:
                found = _with(found, word)
    return found


def without_directives(prompt: str) -> str:
    """The prompt as a person would read it."""
    return " ".join(MARKER.sub(" ", prompt).split())


def _holds_at(provider: str, words: list[str]) -> bool:
    named = [word[len("only=") :] for word in words if word.lower().startswith("only=")]
    try:
        return not named or provider in {provider_word(word) for word in named}
    except ValueError:
        return False


def _with(directive: Directive, word: str) -> Directive:
    name, _, value = word.lower().partition("=")
    if name in FLAGS:
        flag: dict[str, Any] = {FLAGS[name]: True}
        return replace(directive, **flag)
    if name == "fail" and value in FAILURES:
        return replace(directive, fail=value)
    if name == "slow" and re.fullmatch(r"\d+(\.\d+)?", value):
        return replace(directive, slow=float(value))
    if name == "rate-limit" and value.isdigit():
        return replace(directive, rate_limit=int(value))
    return directive
