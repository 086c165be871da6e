"""The picture on a browser's tab, for pages that name none of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("favicon.svg"))
