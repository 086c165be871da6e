"""What the buttons of one shot do, and its form."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import Access
from campaigns import shot_editing, storyboard
from campaigns.models import Campaign, Shot
from campaigns.pages import shot_form
from campaigns.pages.door import campaign_or_404
from campaigns.pages.storyboard import done, show
from campaigns.shot_editing import ShotFields
from generation.asks import Refused
from generation.pages.door import page
from generation.pages.money_form import whole_typed


@page("campaigns:write", methods=("POST",))
def add(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    campaign = campaign_or_404(access, uid)
    typed = shot_form.typed_from(request.POST)
    try:
        fields = shot_form.read(typed, before=ShotFields(prompt=""))
        shot = shot_editing.add(access, campaign, fields)
    except Refused as refused:
        wrong = shot_form.wrong_of(refused)
        return show(
            request, access, campaign, asked=request.POST, typed=typed, editing="new",
            errors=wrong, status=422,
        )  # fmt: skip
    return done(request, access, campaign, at=shot.uid)


@page("campaigns:write", methods=("POST",))
def edit(request: HttpRequest, access: Access, uid: str, shot_uid: str) -> HttpResponse:
    campaign, shot = _both(access, uid, shot_uid)
    typed = shot_form.typed_from(request.POST)
    try:
        fields = shot_form.read(typed, before=shot_editing.fields_of(shot))
        shot_editing.edit(access, shot, fields)
    except Refused as refused:
        wrong = shot_form.wrong_of(refused)
        return show(
            request, access, campaign, asked=request.POST, typed=typed, editing=shot.uid,
            errors=wrong, status=422,
        )  # fmt: skip
    return done(request, access, campaign, at=shot.uid)


@page("campaigns:write", methods=("POST",))
def split(request: HttpRequest, access: Access, uid: str, shot_uid: str) -> HttpResponse:
    campaign, shot = _both(access, uid, shot_uid)
    try:
        first = whole_typed(request.POST.get("first_seconds", ""), field="first_seconds")
        shot_editing.split(access, shot, first_seconds=first)
    except Refused as refused:
        return show(
            request, access, campaign, asked=request.POST, editing=shot.uid,
            errors={"first_seconds": refused.message}, status=422,
        )  # fmt: skip
    return done(request, access, campaign, at=shot.uid)


@page("campaigns:write", methods=("POST",))
def act(request: HttpRequest, access: Access, uid: str, shot_uid: str, action: str) -> HttpResponse:
    """One of ACTIONS; a refusal is told above the storyboard, which stays as it is."""
    campaign, shot = _both(access, uid, shot_uid)
    if action not in ACTIONS:
        raise Http404("There is no such action.")
    try:
        ACTIONS[action](access, campaign, shot)
    except Refused as refused:
        return show(
            request, access, campaign, asked=request.POST, error=refused.message, status=422
        )
    removed = shot if action == "remove" else None
    return done(request, access, campaign, at="" if removed else shot.uid, removed=removed)


def _move(step: int) -> Callable[[Access, Campaign, Shot], object]:
    def moved(access: Access, campaign: Campaign, shot: Shot) -> None:
        row = [one.uid for one in storyboard.shots_of(campaign)]
        if shot.uid not in row:
            return
        place = row.index(shot.uid)
        other = place + step
        if 0 <= other < len(row):
            row[place], row[other] = row[other], row[place]
            storyboard.reorder(access, campaign, row)

    return moved


ACTIONS: dict[str, Callable[[Access, Campaign, Shot], object]] = {
    "up": _move(-1),
    "down": _move(1),
    "lock": lambda access, _, shot: shot_editing.lock(access, shot, locked=True),
    "unlock": lambda access, _, shot: shot_editing.lock(access, shot, locked=False),
    "duplicate": lambda access, _, shot: shot_editing.duplicate(access, shot),
    "accept": lambda access, _, shot: shot_editing.accept(access, shot),
    "remove": lambda access, _, shot: shot_editing.remove(access, shot),
    "restore": lambda access, _, shot: shot_editing.restore(access, shot),
}


def _both(access: Access, uid: str, shot_uid: str) -> tuple[Campaign, Shot]:
    campaign = campaign_or_404(access, uid)
    shot = storyboard.shot_by(access, shot_uid)
    if shot is None or shot.campaign_id != campaign.pk:
        raise Http404("There is no such shot in this campaign.")
    return campaign, shot
