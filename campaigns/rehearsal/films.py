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
    """`film` is that of the storyboard as it stands now, else the newest one that is made or
    being made; `shown` is the one that can be watched meanwhile."""

    recipe: Recipe
    film: Film | None
    shown: Film | None

    @property
    def outdated(self) -> bool:
        """What can be watched or is being made is not the storyboard as it stands."""
        ends_as = self.film or self.shown
        return ends_as is not None and ends_as.recipe != self.recipe.digest

    @property
    def at_work(self) -> bool:
        return self.film is not None and self.film.state in FILM_OPEN

    @property
    def wanted(self) -> bool:
        """Whether asking for it would make anything."""
        ready = self.film is not None and self.film.state == FilmState.READY
        return self.outdated or not (ready or self.at_work)

    @property
    def percent(self) -> int:
        if self.film is None:
            return 0
        return 100 * self.film.frames_done // self.film.frames_total


def film_of(campaign: Campaign) -> FilmView:
    """What there is to watch now. Five queries at most."""
    recipe = recipe_of(campaign)
    rows = Film.objects.filter(campaign=campaign).select_related("asset").order_by("-pk")
    film = rows.filter(recipe=recipe.digest).first()
    film = film or rows.exclude(state=FilmState.FAILED).first()
    if film is not None and film.state == FilmState.READY:
        return FilmView(recipe=recipe, film=film, shown=film)
    shown = rows.filter(state=FilmState.READY).order_by("-made_at", "-pk").first()
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
