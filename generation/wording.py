"""Failures in plain words: what happened, what it cost, what to do."""

from providers.errors import ProviderError

NAMES = {"runway": "Runway", "sora": "Sora", "kling": "Kling", "pika": "Pika"}

SAID = {
    "auth": "{name} refused our key.",
    "credits": "{name} is out of credits.",
    "rate_limited": "{name} is taking no more requests for now.",
    "unavailable": "{name} is down.",
    "invalid": "{name} cannot make this clip.",
    "moderation": "{name} refused this prompt.",
    "output_bad": "{name} delivered an unusable file.",
    "timeout": "{name} took too long.",
    "unknown": "Nobody knows yet whether {name} took this request.",
    "budget_exceeded": "The budget has too little left to try {name}.",
}


def provider_name(provider: str) -> str:
    return NAMES.get(provider, provider.capitalize())


def said(provider: str, failure: ProviderError, *, begun: bool = False) -> str:
    """One line about a vendor's failure, with the vendor's own short reason.

    `begun` says that the vendor had taken the request and failed at the work itself.
    """
    words = SAID.get(failure.failure_class, "{name} failed.")
    if begun and failure.failure_class == "unavailable":
        words = "{name} could not finish this clip."
    first = words.format(name=provider_name(provider))
    reason = failure.reason.strip()
    if not reason or reason.rstrip(".") == first.rstrip("."):
        return first
    return f"{first} {reason[0].upper()}{reason[1:].rstrip('.')}."


def advice(failure_class: str, *, cost_micros: int) -> str:
    """What the person can do about a job that has failed."""
    paid = (
        "Nothing was charged."
        if not cost_micros
        else f"${cost_micros / 1_000_000:.2f} was charged."
    )
    todo = {
        "moderation": "Edit the prompt or pick another provider.",
        "auth": "An administrator has to renew the provider's key.",
        "credits": "An administrator has to top up the provider's account.",
        "invalid": "Change the request and try again.",
        "budget_exceeded": "Raise the budget or choose a cheaper tier.",
    }.get(failure_class, "Try again, or pick another provider.")
    return f"{paid} {todo}"
