"""A language model that words a prompt anew, at any address that speaks chat completions.

Free of Django. What it answers is text from outside: whoever asks checks it.
"""

from dataclasses import dataclass
from typing import Protocol

from providers.errors import ProviderError
from providers.http import Transport
from providers.types import Call, Reply

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 12.0
MOST_BYTES = 256 * 1024
MOST_TOKENS = 1200
ROLE = (
    "You improve prompts for AI video generation. Answer with the improved prompt alone: plain"
    " sentences, no quotes around it, no list, no remark. Keep what the author wants to see. Add"
    " no brand, no person's name, no text in the picture and no promise. One moment, one camera"
    " move, one light."
)


class NoWording(Exception):
    """The model gave nothing usable; the reason is for people."""


@dataclass(frozen=True, kw_only=True)
class WordingAsked:
    """`phrases` must come back letter for letter; `longest` is in characters."""

    prompt: str
    phrases: tuple[str, ...]
    longest: int
    seconds: int
    layout: str
    missing: tuple[str, ...]


class LanguageModel(Protocol):
    """Anything that words prompts."""

    @property
    def name(self) -> str: ...

    def worded(self, asked: WordingAsked) -> str:
        """The model's text, unchecked. Raises NoWording."""


@dataclass(frozen=True, kw_only=True)
class ChatModel:
    """A model behind `<base_url>/chat/completions`. Without a key none is sent."""

    base_url: str
    key: str
    name: str

    def worded(self, asked: WordingAsked) -> str:
        transport = Transport(provider="The language model", max_answer_bytes=MOST_BYTES)
        try:
            return _text(transport.send(self._call(asked)))
        except ProviderError as fault:
            why = "did not answer in time" if fault.code == "timeout" else "could not be asked"
            raise NoWording(f"The language model {why}.") from fault
        finally:
            transport.close()

    def _call(self, asked: WordingAsked) -> Call:
        return Call(
            method="POST",
            url=f"{self.base_url.rstrip('/')}/chat/completions",
            headers={"Authorization": f"Bearer {self.key}"} if self.key else {},
            json={
                "model": self.name,
                "temperature": 0,
                "max_tokens": MOST_TOKENS,
                "messages": [
                    {"role": "system", "content": ROLE},
                    {"role": "user", "content": _order(asked)},
                ],
            },
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
        )


def _order(asked: WordingAsked) -> str:
    lines = [
        f"Clip of {asked.seconds} seconds. At most {asked.longest} characters.",
        asked.layout,
        *(f"Missing or weak: {one}" for one in asked.missing),
        *(f"Keep letter for letter: {phrase}" for phrase in asked.phrases),
        "The prompt:",
        asked.prompt,
    ]
    return "\n".join(line for line in lines if line)


def _text(reply: Reply) -> str:
    if reply.status != 200:
        raise NoWording(f"The language model refused (status {reply.status}).")
    try:
        said = reply.json()["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError):
        raise NoWording("The language model gave an answer that cannot be read.") from None
    if not isinstance(said, str):
        raise NoWording("The language model gave no text.")
    return said
