"""The keyframe endpoint's own fields: two to five pictures and the transitions between them."""

from __future__ import annotations

from sandbox.pika.fal.reading import Reader, expected

FEWEST, MOST = 2, 5
DEFAULT_SECONDS = 5
LONGEST_TOGETHER = 25


def pictures_of(reader: Reader) -> tuple[str, ...]:
    """`image_urls`, empty after a problem."""
    given = reader.body.get("image_urls")
    if given is None:
        reader.add("image_urls", "Field required", kind="missing", given=dict(reader.body))
        return ()
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        message = "Input should be a valid list of strings"
        reader.add("image_urls", message, kind="list_type", given=None)
        return ()
    if len(given) < FEWEST:
        message = f"List should have at least {FEWEST} items after validation, not {len(given)}"
        reader.add("image_urls", message, kind="too_short", given=None)
        return ()
    if len(given) > MOST:
        message = f"List should have at most {MOST} items after validation, not {len(given)}"
        reader.add("image_urls", message, kind="too_long", given=None)
        return ()
    return tuple(given)


def transitions_of(reader: Reader, *, pictures: int, allowed: frozenset[int]) -> int:
    """The seconds of all transitions together; 0 after a problem."""
    given = reader.body.get("transitions")
    if given is None:
        return DEFAULT_SECONDS * max(pictures - 1, 0)
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        reader.add("transitions", "Input should be a valid list", kind="list_type", given=given)
        return 0
    if pictures and len(given) != pictures - 1:
        message = f"Value error, {pictures} images need {pictures - 1} transitions"
        reader.add("transitions", message, kind="value_error", given=given)
        return 0
    seconds = [one.get("duration", DEFAULT_SECONDS) for one in given]
    prompts = [one.get("prompt", "") for one in given]
    if not all(isinstance(one, int) and one in allowed for one in seconds):
        words = tuple(str(second) for second in sorted(allowed))
        reader.add("transitions", expected(words), kind="literal_error", given=given)
        return 0
    if not all(isinstance(one, str) for one in prompts):
        message = "Input should be a valid string"
        reader.add("transitions", message, kind="string_type", given=given)
        return 0
    if sum(seconds) > LONGEST_TOGETHER:
        message = f"Value error, transitions last at most {LONGEST_TOGETHER} s together"
        reader.add("transitions", message, kind="value_error", given=given)
        return 0
    return sum(seconds)
