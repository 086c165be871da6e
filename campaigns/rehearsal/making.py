"""Making films in the background, by rows that are due.

A worker claims a film by moving its due time on, at the start and after each part. One that
dies leaves it to the next, who finds the finished parts in the cache.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from campaigns.clips import copy_out, workroom
from campaigns.models import FILM_OPEN, Film, FilmState
from campaigns.rehearsal.recipe import FPS, Part, Recipe, Shows
from footage.animatic import AnimaticCard
from footage.digest import file_sha256
from footage.errors import FootageError
from footage.film import FilmPart, storyboard_film
from footage.part_cache import trim_cache
from footage.probe import ClipFacts
from footage.thumbnail import thumbnail
from generation import clock, shelves
from generation.choices import AssetKind, AssetState
from generation.heartbeat import is_dead, me
from generation.models import Asset

log = logging.getLogger(__name__)

LEASE_SECONDS = 120.0
MOST_TRIES = 3
AGAIN_AFTER = 5.0
MOST_CACHED = 2_000_000_000
GONE = "Its making was cut off several times. Ask for it once more."


class NotOurs(Exception):
    """Somebody else has taken the film up, or nobody wants it any more."""


@dataclass(frozen=True, kw_only=True)
class _Made:
    film: Path
    picture: Path
    facts: ClipFacts


def anything_due() -> bool:
    """Whether a film can be made now, those included that a dead worker has left."""
    claimed = Film.objects.filter(state=FilmState.RENDERING, due_at__gt=clock.now())
    for pk, owner in claimed.values_list("pk", "lease_owner"):
        if is_dead(owner):
            Film.objects.filter(pk=pk, lease_owner=owner, state=FilmState.RENDERING).update(
                due_at=clock.now()
            )
    return Film.objects.filter(due_at__lte=clock.now()).exists()


def make_next() -> bool:
    """Make the film that has waited longest. False when none is due."""
    due = Film.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return any(make(pk) for pk in due.values_list("pk", flat=True)[:10])


def make(film_id: int) -> bool:
    """Make this film if it is due. False where somebody else was faster."""
    film = _claim(film_id)
    if film is None:
        return False
    if film.tries > MOST_TRIES:
        _ours(film, state=FilmState.FAILED, due_at=None, lease_owner="", reason=GONE)
        return True
    try:
        with workroom("film-") as room:
            _store(film, _made(film, room))
    except NotOurs:
        log.info("film_left film=%s", film.uid)
    except (FootageError, OSError) as fault:
        _try_again(film, fault)
    return True


def _claim(film_id: int) -> Film | None:
    due = Film.objects.filter(pk=film_id, state__in=FILM_OPEN, due_at__lte=clock.now())
    won = due.update(
        state=FilmState.RENDERING,
        due_at=clock.after(LEASE_SECONDS),
        lease_owner=me(),
        tries=F("tries") + 1,
    )
    return Film.objects.select_related("campaign__centre").get(pk=film_id) if won else None


def _made(film: Film, room: Path) -> _Made:
    recipe = Recipe.from_json(film.plan)
    cache = settings.DATA_DIR / "cache" / "film-parts"
    target, picture = room / "storyboard.mp4", room / "storyboard.jpg"
    facts = storyboard_film(
        [_film_part(part, film, room) for part in recipe.parts],
        into=target,
        width=recipe.width,
        height=recipe.height,
        fps=FPS,
        cache=cache,
        on_progress=lambda done, _: _still_ours(film, frames_done=done),
        metadata={"title": f"{film.campaign.name}, storyboard"},
    )
    thumbnail(target, picture)
    trim_cache(cache, most_bytes=MOST_CACHED)
    return _Made(film=target, picture=picture, facts=facts)


def _film_part(part: Part, film: Film, room: Path) -> FilmPart:
    source: AnimaticCard | Path
    asset = _asset(part, film) if part.asset else None
    if part.shows != Shows.ANIMATIC:
        source = room / f"{part.number}.mp4"
        if asset is not None:  # else there is no file, which is told under the part's name
            copy_out(asset, source)
    else:
        picture = copy_out(asset, room / f"{part.number}.picture").read_bytes() if asset else b""
        source = AnimaticCard(
            number=part.number,
            role=part.role,
            words=part.words,
            seed=part.shot,
            picture=picture,
        )
    return FilmPart(name=part.name, seconds=part.seconds, source=source)


def _asset(part: Part, film: Film) -> Asset | None:
    mine = Asset.objects.filter(workspace_id=film.workspace_id, mode=film.mode)
    return mine.filter(uid=part.asset, state=AssetState.STORED).first()


def _still_ours(film: Film, *, frames_done: int) -> None:
    """Book the progress and keep the lease. Raises NotOurs."""
    if not _ours(film, frames_done=frames_done, due_at=clock.after(LEASE_SECONDS)):
        raise NotOurs


def _store(film: Film, made: _Made) -> None:
    digest, small = file_sha256(made.film), file_sha256(made.picture)
    whose = film.workspace_id
    film_key = shelves.put(whose, made.film, sha256=digest, suffix=".mp4")
    picture_key = shelves.put(whose, made.picture, sha256=small, suffix=".jpg")
    with transaction.atomic():
        asset = Asset.objects.create(
            workspace_id=whose,
            mode=film.mode,
            kind=AssetKind.FILM,
            state=AssetState.STORED,
            created_by_id=film.created_by_id,
            original_name=f"{film.campaign.name} storyboard.mp4"[:200],
            storage_key=film_key,
            thumbnail_key=picture_key,
            media_type="video/mp4",
            bytes=made.film.stat().st_size,
            sha256=digest,
            width=made.facts.width,
            height=made.facts.height,
            seconds=made.facts.seconds,
            stored_at=clock.now(),
        )
        done = {"state": FilmState.READY, "asset": asset, "made_at": clock.now(), "reason": ""}
        if not _ours(film, due_at=None, lease_owner="", **done):
            raise NotOurs  # and the asset is not kept either


def _try_again(film: Film, fault: FootageError | OSError) -> None:
    reason = fault.reason if isinstance(fault, FootageError) else "A file could not be read."
    log.warning("film_not_made film=%s try=%s reason=%s", film.uid, film.tries, reason)
    if film.tries >= MOST_TRIES:
        _ours(film, state=FilmState.FAILED, due_at=None, lease_owner="", reason=reason)
    else:
        due = clock.after(AGAIN_AFTER * film.tries)
        _ours(film, state=FilmState.QUEUED, due_at=due, lease_owner="", reason=reason)


def _ours(film: Film, **fields: object) -> int:
    """Change the row while this claim still holds it; the number of tries names the claim."""
    mine = Film.objects.filter(pk=film.pk, state=FilmState.RENDERING, tries=film.tries)
    return mine.update(**fields)
