"""The provider words that every control call, directive and invoice line uses."""

PROVIDERS = ("pika", "kling", "runway", "sora")
ALIASES = {"openai": "sora", "fal": "pika"}


def provider_word(word: str) -> str:
    """The one word for a provider: `openai` is `sora` here. Raises ValueError for strangers."""
    known = ALIASES.get(word.lower(), word.lower())
    if known not in PROVIDERS:
        raise ValueError(f"'{word}' is no provider; known are {', '.join(PROVIDERS)}")
    return known
