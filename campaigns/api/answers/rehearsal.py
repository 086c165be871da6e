"""The film of a storyboard as the API tells it."""

from typing import TypedDict

from accounts.access import Access
from campaigns.models import Campaign
from campaigns.rehearsal.films import FilmView
from generation.api.answers.assets import AssetAnswer, asset_answer
from generation.api.answers.plain import moment


class FilmPartAnswer(TypedDict):
    """A shot's stretch. `shows` is final, picked, draft or animatic."""

    shot: str
    number: int
    seconds: int
    shows: str


class FilmAnswer(TypedDict):
    """The storyboard as one film.

    `state` is none (never asked for), queued, rendering, ready or failed; `progress` is percent
    of its frames. `asset` is the newest film that is ready, if any. `outdated`: the storyboard
    has changed since it was asked for, so ask again. `parts` and `seconds` are what a film made
    now would show.
    """

    id: str | None
    campaign: str
    state: str
    progress: int
    frames_done: int
    frames_total: int
    seconds: int
    reason: str | None
    outdated: bool
    asset: AssetAnswer | None
    parts: list[FilmPartAnswer]
    created_at: str | None
    made_at: str | None


def film_answer(view: FilmView, *, campaign: Campaign, access: Access) -> FilmAnswer:
    film, shown = view.film, view.shown
    asset = shown.asset if shown else None
    return {
        "id": film.uid if film else None,
        "campaign": campaign.uid,
        "state": film.state if film else "none",
        "progress": view.percent,
        "frames_done": film.frames_done if film else 0,
        "frames_total": film.frames_total if film else view.recipe.frames,
        "seconds": sum(part.seconds for part in view.recipe.parts),
        "reason": (film.reason or None) if film else None,
        "outdated": view.outdated,
        "asset": asset_answer(asset, access=access) if asset else None,
        "parts": [
            {
                "shot": part.shot,
                "number": part.number,
                "seconds": part.seconds,
                "shows": part.shows.value,
            }
            for part in view.recipe.parts
        ],
        "created_at": moment(film.created_at) if film else None,
        "made_at": moment(film.made_at) if film and film.made_at else None,
    }
