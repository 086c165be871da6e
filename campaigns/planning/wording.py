"""The words of planned prompts that nobody has written: motions, joints, openings and endings.

What people wrote goes in as it stands. Nothing of theirs is rewritten, so that a locked phrase
comes out byte for byte as it went in.
"""

from campaigns.planning.facts import KitFacts

# A longer voice is a text for people; a prompt takes a phrase.
LONGEST_VOICE = 120
LONGEST_NEGATIVE = 1000

# What moves, never what is in the picture: the photo says that.
MOTIONS = (
    "Slow push in with a gentle rotation, soft studio lighting, steady focus",
    "Slow camera arc around the subject, highlights gliding along the edges, soft studio lighting",
    "Gentle tilt up from the base to the top, warm side light, steady focus",
    "Slow pull back with a slight turn, clean studio lighting, steady focus",
)
TRANSITIONS = {
    "smooth": "Soft out-of-focus light drifting slowly across a plain background, slow pan from"
    " left to right, warm diffuse light",
    "light": "Golden flares passing over a dark background, slow camera drift, warm backlight",
    "blur": "Blurred city street passing by in one sideways sweep, fast pan, daylight",
    "ink": "Fine clouds of ink unfolding in clear water, locked-off macro shot, clean studio"
    " lighting",
}
HOOK = (
    "{who} turning towards the camera in surprise at the first sight of {thing}, quick push in,"
    " bright daylight"
)
END_CARD = (
    "Calm still life with {thing} low in the frame and empty space above it, locked-off shot,"
    " soft studio lighting"
)


def motion(index: int) -> str:
    """The motion of the photo at `index`, counted over all products."""
    return MOTIONS[index % len(MOTIONS)]


def transition(index: int, *, style: str = "") -> str:
    """A joint between scenes: of one named style, else a different one each time."""
    if style in TRANSITIONS:
        return TRANSITIONS[style]
    return list(TRANSITIONS.values())[index % len(TRANSITIONS)]


def hook(*, audience: str, thing: str) -> str:
    who = f"Person typical of {audience}" if audience else "Person"
    return HOOK.format(who=who, thing=thing)


def end_card(*, thing: str) -> str:
    return END_CARD.format(thing=thing)


def branded(prompt: str, kit: KitFacts) -> str:
    """The prompt with the kit's own words after it; the prompt itself stays as it is."""
    told = prompt
    if kit.colours:
        told = also(told, f"Colours: {' and '.join(_listed(kit.colours))}")
    if kit.voice and len(kit.voice) <= LONGEST_VOICE and "\n" not in kit.voice:
        told = also(told, f"Mood: {kit.voice}")
    return told


def also(prompt: str, more: str) -> str:
    """One sentence more after a prompt, which stays as it is."""
    return f"{prompt} {more}" if prompt.endswith((".", "!", "?")) else f"{prompt}. {more}"


def negative(never: tuple[str, ...], avoid: tuple[str, ...]) -> str:
    """What must not be seen, once each, as long as it fits."""
    said: list[str] = []
    length = 0
    for phrase in dict.fromkeys([*never, *avoid]):
        length += len(phrase) + 2
        if phrase and length <= LONGEST_NEGATIVE:
            said.append(phrase)
    return ", ".join(said)


def _listed(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "a", "b", "c" → "a, b", "c": what " and " joins into a list."""
    return words if len(words) < 3 else (", ".join(words[:-1]), words[-1])
