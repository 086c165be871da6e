"""Asking for the film of a storyboard, and finding what there is of it.

A film of the same shots is made once. Asking spends nothing and holds nothing.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.access import Access
from campaigns.models import FILM_OPEN, Campaign, Film, FilmState
from campaigns.rehearsal.recipe import Recipe, recipe_of
from generation import clock, queue
from generation.asks import Refused

TASK = "campaigns.tasks.make_films"


@dataclass(frozen=True, kw_only=True)
class FilmView:
    """`film` is the storyboard as it stands now, if it was ever asked for; `shown` the newest
    one that is ready, which may be of an earlier state."""

    recipe: Recipe
    film: Film | None
    shown: Film | None

    @property
    def outdated(self) -> bool:
        """What can be watched is not the storyboard as it stands."""
        return self.shown is not None and self.shown != self.film

    @property
    def at_work(self) -> bool:
        return self.film is not None and self.film.state in FILM_OPEN

    @property
    def percent(self) -> int:
        if self.film is None or not self.film.frames_total:
            return 0
        return 100 * self.film.frames_done // self.film.frames_total


def film_of(campaign: Campaign) -> FilmView:
    """What there is to watch now. Four queries."""
    recipe = recipe_of(campaign)
    rows = Film.objects.filter(campaign=campaign).select_related("asset")
    ready = rows.filter(state=FilmState.READY).order_by("-made_at", "-pk").first()
    film = rows.filter(recipe=recipe.digest).first()
    shown = film if film is not None and film.state == FilmState.READY else ready
    return FilmView(recipe=recipe, film=film, shown=shown)


def ask(access: Access, campaign: Campaign) -> FilmView:
    """Have the film made unless it is there or under way; one that failed is tried anew.

    Raises Refused where the storyboard is empty.
    """
    recipe = recipe_of(campaign)
    if not recipe.parts:
        raise Refused("Put a shot on the storyboard first.", field="shots", code="required")
    with transaction.atomic():
        film, new = Film.objects.get_or_create(
            campaign=campaign,
            recipe=recipe.digest,
            defaults={
                "workspace_id": campaign.workspace_id,
                "mode": campaign.mode,
                "plan": recipe.as_json(),
                "frames_total": recipe.frames,
                "due_at": clock.now(),
                "created_by_id": access.user_id,
            },
        )
        again = Film.objects.filter(pk=film.pk, state=FilmState.FAILED).update(
            state=FilmState.QUEUED, due_at=clock.now(), tries=0, frames_done=0, reason=""
        )
        if new or again:
            transaction.on_commit(lambda: queue.ring(TASK))
    return film_of(campaign)
