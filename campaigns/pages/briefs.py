"""The brief of a campaign, which is also where one looks at the campaign as a whole."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from campaigns import briefs, products, replanning, storyboard
from campaigns.briefs import BriefFields, Outdated
from campaigns.figures import figures
from campaigns.models import Campaign, Product
from campaigns.pages import brief_form
from campaigns.pages.brief_form import Typed
from campaigns.pages.door import campaign_or_404
from campaigns.pages.outlook import outlook_of
from campaigns.pages.rows import meter_of
from campaigns.pages.waiting import waits
from campaigns.planning.reading import plan_of
from generation.asks import RATIOS, Refused
from generation.pages.door import page
from generation.pages.form import Wrong
from generation.styles import STYLES
from providers.types import Tier

MOST_PRODUCTS = 100
# What the form calls the fields, for saying which ones somebody else has changed.
NAMES = {
    "with_hook": "opening hook",
    "with_end_card": "end card",
    "b_roll_count": "number of scenes",
    "transition_count": "transitions",
    "total_seconds": "length of the film",
    "ratio": "shape",
    "budget": "budget",
}


@page("campaigns:read")
def campaign(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    return _show(request, access, campaign_or_404(access, uid))


@page("campaigns:write", methods=("POST",))
def brief_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Saves the whole form against the version that it was filled with."""
    found = campaign_or_404(access, uid)
    typed = brief_form.typed_from(request.POST)
    before = found.brief.version
    try:
        fields = brief_form.read(typed)
        brief = briefs.change(access, found, fields, version=brief_form.version_of(typed))
    except Outdated as outdated:
        return _outdated(request, access, found, typed, outdated)
    except Refused as refused:
        errors = brief_form.wrong_of(refused).errors
        return _show(request, access, found, typed=typed, errors=errors, status=422)
    except Wrong as wrong:
        return _show(request, access, found, typed=typed, errors=wrong.errors, status=422)
    if brief.version > before:
        messages.info(request, f"The brief is saved as version {brief.version}.")
    if request.POST.get("then") == "storyboard":
        return _to_storyboard(request, access, found)
    return redirect("campaigns:campaign", uid=uid)


def _to_storyboard(request: HttpRequest, access: Access, found: Campaign) -> HttpResponse:
    """Plans an empty storyboard at once; one that stands shows what would change."""
    there = reverse("campaigns:storyboard", args=[found.uid])
    if storyboard.shots_of(found).exists():
        return redirect(f"{there}?plan=1")
    done = replanning.apply(access, found, plan_of(found))
    count = len(done.row)
    messages.info(request, f"{count} shot{'' if count == 1 else 's'} planned. Nothing is spent.")
    return redirect(there)


def _outdated(
    request: HttpRequest, access: Access, found: Campaign, typed: Typed, outdated: Outdated
) -> HttpResponse:
    """What was typed stays in the form, and saving it again is a choice made with open eyes."""
    stands = brief_form.typed_of(briefs.fields_of(found.brief), version=outdated.version)
    names = [
        (NAMES.get(name, name), getattr(stands, name))
        for name in Typed.__dataclass_fields__
        if name != "version" and getattr(stands, name) != getattr(typed, name)
    ]
    kept = Typed(**{**vars(typed), "version": str(outdated.version)})
    context: dict[str, Any] = {"outdated": outdated, "differing": names}
    return _show(request, access, found, typed=kept, status=409, **context)


def _show(
    request: HttpRequest,
    access: Access,
    found: Campaign,
    *,
    status: int = 200,
    typed: Typed | None = None,
    **more: Any,
) -> HttpResponse:
    fields = briefs.fields_of(found.brief)
    counted = figures(access, [found])[found.pk]
    gaps = briefs.missing(fields)
    context = {
        "campaign": found,
        "brief": found.brief,
        "typed": typed or brief_form.typed_of(fields, version=found.brief.version),
        "products": _choices(access, found, fields),
        "missing": gaps,
        "figures": counted,
        "meter": meter_of(counted),
        "waits": waits(counted, missing=0),
        "outlook": outlook_of(access, found),
        "ratios": RATIOS,
        "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
        "styles": STYLES,
        "errors": {},
        "is_rehearsal": found.first_runs.filter(removed_at=None).exists(),
        **more,
    }
    return render(request, "campaigns/campaign.html", context, status=status)


def _choices(access: Access, found: Campaign, fields: BriefFields) -> list[Product]:
    """The client's products and the workspace's own, those of the brief in front."""
    rows = products.mine(access).filter(Q(client=found.client_id) | Q(client=None))
    chosen = {uid: place for place, uid in enumerate(fields.products)}
    there = [row for row in rows.order_by("name") if row.archived_at is None or row.uid in chosen]
    there.sort(key=lambda row: chosen.get(row.uid, len(chosen)))
    return there[:MOST_PRODUCTS]
