"""Whether an invented prompt is good enough to be offered: the reviewer has nothing against it."""

from collections.abc import Callable

from campaigns.prompts.review import Verdict, review
from providers.types import GenerationMode

SCENE_SECONDS = 5


def fitting(*, own_words: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """A judge of scenes; `own_words` are the client's own names and phrases, which may be said."""

    def fits(prompt: str) -> bool:
        told = review(
            prompt,
            seconds=SCENE_SECONDS,
            generation_mode=GenerationMode.TEXT_TO_VIDEO,
            locked=own_words,
        )
        return told.verdict == Verdict.READY

    return fits
