"""What goes wrong at the vendors, and what is asked of them: all of it follows from the seed."""

import random
from collections.abc import Mapping
from typing import Any

# Of the calls of each stage: creating, how a task ends, looking, links and downloads. A task that
# stalls is left out: it ends at its deadline only, minutes later.
FEW = {
    "drop-before": 0.04,
    "http-503": 0.04,
    "rate-limit": 0.04,
    "lost-response": 0.06,
    "http-500": 0.04,
    "slow-answer": 0.02,
    "task-fail": 0.10,
    "task-moderation": 0.04,
    "bad-json": 0.03,
    "status-404": 0.03,
    "status-500": 0.03,
    "unknown-status": 0.03,
    "stale-status": 0.03,
    "slow-status": 0.01,
    "drop-status": 0.03,
    "expired-url": 0.06,
    "truncated-file": 0.06,
    "stalled-download": 0.01,
    "download-500": 0.06,
}
# Three of ten calls of every stage.
MANY = {
    "drop-before": 0.05,
    "http-503": 0.05,
    "rate-limit": 0.05,
    "lost-response": 0.07,
    "http-500": 0.05,
    "slow-answer": 0.03,
    "task-fail": 0.22,
    "task-moderation": 0.08,
    "bad-json": 0.05,
    "status-404": 0.05,
    "status-500": 0.05,
    "unknown-status": 0.04,
    "stale-status": 0.05,
    "slow-status": 0.01,
    "drop-status": 0.05,
    "expired-url": 0.10,
    "truncated-file": 0.09,
    "stalled-download": 0.01,
    "download-500": 0.10,
}
# What a prompt may ask for besides; each holds at the provider that is asked first.
ODD = (
    "fail=credits",
    "fail=invalid",
    "black-frames",
    "slow=6",
    "rate-limit=8",
)
ODD_SHARE = 0.06
LOOKS = (("pika", "draft"), ("kling", "draft"), ("runway", "standard"), ("sora", "high"))


def scene(number: int, *, seed: int) -> Mapping[str, Any]:
    """The `number`-th request, as it is posted."""
    dice = random.Random(f"{seed} scene {number}")
    provider, tier = LOOKS[number % len(LOOKS)]
    prompt = f"Chaos {seed}, scene {number}: a boat on a lake"
    if dice.random() < ODD_SHARE:
        prompt += f" [[sandbox: only={provider} {dice.choice(ODD)}]]"
    return {"prompt": prompt, "quality": tier, "provider": provider, "duration": 3}


def odd_kind(prompt: str) -> str:
    """Which of ODD a prompt asks for; empty for most."""
    return next((kind for kind in ODD if f" {kind}]]" in prompt), "")
