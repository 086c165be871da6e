"""The client that one works for: chosen in the top bar, kept in the session, a filter of lists.

A list takes `?client=` from its address, an empty one for all; without it the chosen client
holds. The choice belongs to one workspace and mode, and is forgotten in another.
"""

from dataclasses import asdict, dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from accounts.door import local
from generation import centres
from generation.models import BudgetKind, CentreKind, CostCentre
from generation.money.budget_views import mine, views
from generation.pages.budget_rows import row_of
from generation.pages.door import page

SESSION_CLIENT = "client"
MOST = 50


@dataclass(frozen=True, kw_only=True)
class ChosenClient:
    """Kept in the session whole, so that showing it asks the database for nothing."""

    uid: str
    name: str
    path: str
    workspace_id: int
    mode: str


def chosen_client(request: HttpRequest, access: Access) -> ChosenClient | None:
    kept = request.session.get(SESSION_CLIENT)
    if not isinstance(kept, dict) or set(kept) != set(ChosenClient.__dataclass_fields__):
        return None
    client = ChosenClient(**kept)
    here = (access.workspace_id, str(access.mode))
    return client if (client.workspace_id, client.mode) == here else None


def client_filter(request: HttpRequest, access: Access) -> str:
    """The id of the client whose rows a list shows; empty for all."""
    if "client" in request.GET:
        return request.GET["client"][:64]
    kept = chosen_client(request, access)
    return kept.uid if kept else ""


def below(access: Access, uid: str) -> QuerySet[CostCentre]:
    """The client's centre and all below it; none for an id that is not here."""
    client = centres.client_by(access, uid)
    mine = CostCentre.objects.within(access)
    return mine.none() if client is None else mine.filter(path__startswith=client.path)


@page("jobs:read")
def clients_to_choose(request: HttpRequest, access: Access) -> HttpResponse:
    """The sheet of the switcher: clients by name, and what the chosen one has left."""
    rows = CostCentre.objects.within(access).filter(kind=CentreKind.CLIENT).order_by("name")
    found = list(rows[: MOST + 1])
    context = {
        "clients": found[:MOST],
        "more": len(found) > MOST,
        "chosen": chosen_client(request, access),
        "next": local(request, request.GET.get("next", "")) or "/",
    }
    return render(request, "generation/_clients_to_choose.html", context)


@page("jobs:read", methods=("POST",))
def choose_client(request: HttpRequest, access: Access) -> HttpResponse:
    """Keeps `client`, an id, or forgets the choice when it is empty; then goes back."""
    uid = request.POST.get("client", "")[:64]
    if not uid:
        request.session.pop(SESSION_CLIENT, None)
    elif (found := centres.client_by(access, uid)) is None:
        raise Http404("There is no such client in this workspace and mode.")
    else:
        request.session[SESSION_CLIENT] = asdict(_kept(access, found))
    return redirect(local(request, request.POST.get("next", "")) or "/")


@page("budgets:read")
def client_meter(request: HttpRequest, access: Access) -> HttpResponse:
    """The tightest running budget of the chosen client, for the top bar."""
    chosen = chosen_client(request, access)
    standing = []
    if chosen is not None:
        wanted = mine(access).filter(
            kind=BudgetKind.CENTRE, active=True, cost_centre__uid=chosen.uid
        )
        standing = [view for view in views(wanted.order_by("-pk")[:MOST]) if view.window]
    tightest = min(standing, key=lambda view: view.left_micros, default=None)
    row = None if tightest is None else row_of(tightest)
    return render(request, "generation/_client_meter.html", {"row": row, "chosen": chosen})


def _kept(access: Access, found: CostCentre) -> ChosenClient:
    return ChosenClient(
        uid=found.uid,
        name=found.name,
        path=found.path,
        workspace_id=access.workspace_id,
        mode=str(access.mode),
    )
