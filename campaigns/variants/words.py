"""The factors that variants differ in, the words of their values, and how a prompt says them."""

from collections.abc import Mapping

from campaigns.models import ShotRole

# In the order in which a prompt says them. The base prompt stands after the hook.
FACTORS = {
    "hook": "Hook",
    "setting": "Setting",
    "camera": "Camera",
    "light": "Light",
    "offer": "Offer",
}
SAID_AS = {
    "hook": "Opens with {words}.",
    "setting": "Set in {words}.",
    "camera": "Camera: {words}.",
    "light": "Light: {words}.",
    "offer": "Brings out {words}.",
}

# A value that is one of these keys is said in these words; any other is said as it stands.
KNOWN = {
    "hook": {
        "question": "somebody who pauses and looks up with a question",
        "problem": "the everyday problem before it is solved",
        "reveal": "a slow reveal of what this is about",
        "close-up": "an extreme close-up that fills the frame",
        "motion": "a quick movement straight at the viewer",
    },
    "setting": {
        "kitchen": "a bright kitchen in the morning",
        "street": "a busy street in the city",
        "outdoors": "open nature with a wide sky",
        "studio": "a clean studio in front of a plain wall",
        "office": "a calm modern office",
    },
    "camera": {
        "push-in": "slow push-in",
        "orbit": "slow half orbit around the subject",
        "handheld": "gentle handheld movement",
        "static": "static frame on a tripod",
        "overhead": "view from straight above",
    },
    "light": {
        "daylight": "soft daylight from a window",
        "golden": "low golden sun from the side",
        "night": "night with small warm lamps",
    },
    "offer": {
        "result": "the result after it was used",
        "ease": "how easy it is to use",
        "quality": "the material and how well it is made",
    },
}

_SUGGESTED: dict[ShotRole, dict[str, tuple[str, ...]]] = {
    ShotRole.HOOK: {"hook": ("question", "problem", "close-up"), "camera": ("push-in", "handheld")},
    ShotRole.B_ROLL: {"setting": ("kitchen", "street", "outdoors"), "camera": ("static", "orbit")},
    ShotRole.PRODUCT: {"camera": ("push-in", "orbit"), "light": ("daylight", "golden")},
    ShotRole.TRANSITION: {"camera": ("push-in", "overhead")},
    ShotRole.END_CARD: {"offer": ("result", "ease", "quality")},
}


def suggested(role: str) -> dict[str, tuple[str, ...]]:
    """Factors worth varying in a shot of this role, with values to begin with."""
    return dict(_SUGGESTED.get(ShotRole(role), {}))


def compose(base_prompt: str, factors: Mapping[str, str]) -> str:
    """The base prompt, unchanged to the letter, with a sentence for each factor around it."""
    said = {name: _sentence(name, value) for name, value in factors.items()}
    before = [said["hook"]] if "hook" in said else []
    after = [said[name] for name in FACTORS if name in said and name != "hook"]
    base = base_prompt.strip()
    stop = "" if not after or base.endswith((".", "!", "?", "]]")) else "."
    return " ".join([*before, f"{base}{stop}", *after])


def _sentence(name: str, value: str) -> str:
    words = KNOWN[name].get(value, value)
    return SAID_AS[name].format(words=words.rstrip(". "))
