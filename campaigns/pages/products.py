"""One product: its words and its original photos."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from campaigns import products
from campaigns.models import Product
from campaigns.pages import clients
from campaigns.pages.door import client_or_404
from campaigns.pages.photos import sheet_of, take_in
from campaigns.pages.typed import lines_told, lines_typed
from campaigns.products import ProductChange
from generation.asks import Refused
from generation.pages.door import page
from generation.pages.once import StillAtWork, made_once
from generation.pages.refusals import STILL_AT_WORK

TEXTS = ("name", "description", "audience", "benefits")


@page("campaigns:write", methods=("POST",))
def product_new(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Of a client; its photos come next, on its own page."""
    client = client_or_404(access, uid)
    name = request.POST.get("name", "")[:400]

    def make() -> str:
        return products.create(access, ProductChange(name=name), client=client).uid

    try:
        made = made_once(request, access, make)
    except (Refused, StillAtWork) as fault:
        words = fault.message if isinstance(fault, Refused) else STILL_AT_WORK
        wrong = {"product": words}
        return clients.show(request, access, client, status=422, wrong=wrong, product_name=name)
    return redirect("campaigns:product", uid=made)


@page("campaigns:read")
def product(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    return _show(request, product_or_404(access, uid))


@page("campaigns:write", methods=("POST",))
def product_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = product_or_404(access, uid)
    typed = {name: request.POST.get(name, "")[:60_000] for name in TEXTS}
    asked = ProductChange(
        name=typed["name"],
        description=typed["description"],
        audience=typed["audience"],
        benefits=lines_typed(typed["benefits"]),
    )
    try:
        changed = products.change(access, found, asked)
    except Refused as refused:
        wrong = {refused.field: refused.message}
        return _show(request, found, status=422, typed=typed, wrong=wrong)
    if changed.version > found.version:
        messages.info(request, f"{changed.name} is saved as version {changed.version}.")
    return redirect("campaigns:product", uid=uid)


@page("campaigns:write", methods=("POST",))
def photo_add(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """One or several files; each is kept as soon as it is found good."""
    found = product_or_404(access, uid)
    files = request.FILES.getlist("file")
    try:
        if not files:
            raise Refused("Choose a JPEG, PNG or WebP first.", field="file")
        more = take_in(access, found, files)
    except Refused as refused:
        wrong = {"file": refused.message}
        return _show(request, product_or_404(access, uid), status=422, wrong=wrong)
    told = f"{more} more photo{'s' if more > 1 else ''} of {found.name}."
    messages.info(request, told if more else "These photos are here already.")
    return redirect("campaigns:product", uid=uid)


@page("campaigns:write", methods=("POST",))
def photo_order(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`order` holds the ids of all photos with blanks between."""
    found = product_or_404(access, uid)
    order = tuple(request.POST.get("order", "")[:4000].split())
    try:
        products.change(access, found, ProductChange(photos=order))
    except Refused:
        messages.warning(request, "The photos have changed meanwhile. This is how they stand now.")
    return redirect("campaigns:product", uid=uid)


@page("campaigns:write", methods=("POST",))
def photo_remove(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The picture itself stays an asset, and so does what was made from it."""
    found = product_or_404(access, uid)
    products.remove_photo(access, found, asset_uid=request.POST.get("asset", "")[:64])
    return redirect("campaigns:product", uid=uid)


@page("campaigns:write", methods=("POST",))
def product_archive(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Puts it away, or brings it back with `archived` empty."""
    archived = bool(request.POST.get("archived", ""))
    found = product_or_404(access, uid)
    products.change(access, found, ProductChange(archived=archived))
    told = "is archived. Nothing of it is lost." if archived else "is back among the products."
    messages.info(request, f"{found.name} {told}")
    return redirect("campaigns:product", uid=uid)


def product_or_404(access: Access, uid: str) -> Product:
    found = products.product_by(access, uid)
    if found is None:
        raise Http404("There is no such product in this workspace and mode.")
    return found


def _show(request: HttpRequest, found: Product, *, status: int = 200, **more: Any) -> HttpResponse:
    typed = {
        "name": found.name,
        "description": found.description,
        "audience": found.audience,
        "benefits": lines_told(found.benefits),
    }
    context = {"product": found, "sheet": sheet_of(found), "typed": typed, "wrong": {}, **more}
    return render(request, "campaigns/product.html", context, status=status)
