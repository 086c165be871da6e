"""A picture chosen in the form: kept at once, so that no later mistake can lose it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from footage.picture import MOST_BYTES
from generation import uploads
from generation.asks import Refused
from generation.pages.door import page
from generation.pages.generate import picture_context


@page("jobs:write", methods=("POST",))
def picture(request: HttpRequest, access: Access) -> HttpResponse:
    """Keep one picture and show it in the form; without a file, show the empty field again."""
    file = request.FILES.get("file")
    if file is None:
        return _field(request, access, uid="")
    try:
        if (file.size or 0) > MOST_BYTES:
            raise Refused(
                f"This picture has {(file.size or 0) / 1_000_000:.1f} MB; at most 20 MB can be"
                " sent. Save it smaller.",
                field="file",
            )
        asset = uploads.receive(access, content=file.read(), name=file.name or "")
    except Refused as refused:
        # The picture that was there before stays: only the new one is refused.
        kept = request.POST.get("picture", "")
        return _field(request, access, uid=kept, error=refused.message, status=422)
    return _field(request, access, uid=asset.uid)


def _field(
    request: HttpRequest, access: Access, *, uid: str, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "picture": picture_context(access, uid),
        "picture_error": error,
        "picture_changed": not error,
    }
    return render(request, "generation/_picture.html", context, status=status)
