"""Writing templates: a new one, the next version of one, and one out of a file."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from campaigns.models import PromptTemplate
from campaigns.pages import template_form
from campaigns.pages.template import template_or_404
from campaigns.pages.template_form import KINDS_OF_GAP, TypedTemplate
from campaigns.prompts.library import exchange, templates, versions
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.templates import TemplateChange
from generation.asks import LONGEST, RATIOS, SHORTEST, Refused
from generation.pages.door import page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from generation.styles import STYLES
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.types import Tier

LARGEST_FILE = 1024 * 1024


@page("campaigns:write", methods=("GET", "POST"))
def library_new(request: HttpRequest, access: Access) -> HttpResponse:
    """A template of one's own, as a draft or published at once."""
    if request.method != "POST":
        return _form(request, template_form.blank())
    typed = template_form.typed_from(request.POST)

    def make() -> str:
        template = templates.create(
            access,
            name=typed.texts["name"],
            kind=typed.texts["kind"],
            description=typed.texts["description"],
            content=template_form.content_from(typed),
        )
        if _publishing(request):
            versions.publish(access, versions.by_number(template, 1))
        return template.uid

    try:
        made = made_once(request, access, make)
    except (Refused, StillAtWork) as fault:
        return _form(request, template_form.refused(typed, _as_refusal(fault)), status=422)
    return redirect("campaigns:library_template", uid=made)


@page("campaigns:write", methods=("GET", "POST"))
def library_edit(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The open draft, or what is published as the beginning of one."""
    template = template_or_404(access, uid)
    version = versions.draft_of(template) or versions.published_of(template)
    if request.method != "POST":
        typed = template_form.typed_of(template, version) if version else template_form.blank()
        return _form(request, typed, template=template)
    typed = template_form.typed_from(request.POST)
    try:
        _save(request, access, template, typed)
    except Refused as fault:
        typed = template_form.refused(typed, fault)
        return _form(request, typed, template=template, status=422)
    return redirect("campaigns:library_template", uid=uid)


@page("campaigns:write", methods=("POST",))
def library_import(request: HttpRequest, access: Access) -> HttpResponse:
    """A file as the export gives it, under another name if one is typed."""
    file = request.FILES.get("file")
    name = request.POST.get("name", "")[:400]
    try:
        if file is None or (file.size or 0) > LARGEST_FILE:
            raise Refused("Choose a JSON file of up to 1 MB.", field="file")
        made = exchange.imported(access, _json(file.read()), name=name)
    except Refused as refused:
        messages.warning(request, f"Nothing was imported. {refused.field}: {refused.message}")
        return redirect("campaigns:library")
    messages.info(request, f"{made.name} is in the library.")
    return redirect("campaigns:library_template", uid=made.uid)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Refused("This is no JSON file.", field="file") from None


@transaction.atomic
def _save(
    request: HttpRequest, access: Access, template: PromptTemplate, typed: TypedTemplate
) -> None:
    """Name, kind, description and the draft, all or none. Raises Refused."""
    texts = typed.texts
    asked = TemplateChange(name=texts["name"], kind=texts["kind"], description=texts["description"])
    templates.change(access, template, asked)
    content = template_form.content_from(typed)
    public = versions.published_of(template)
    draft = versions.draft_of(template)
    if draft is None and public is not None and _same(versions.content_of(public), content):
        return
    draft = versions.save_draft(access, template, content)
    words = f"Version {draft.number} is saved as a draft. Nothing uses it before it is published."
    if _publishing(request):
        draft.template = template
        versions.publish(access, draft)
        words = f"Version {draft.number} is published. What was made before stays as it is."
    messages.info(request, words)


def _same(one: Any, other: Any) -> bool:
    """Whether two contents say the same, whatever their notes."""
    plain = ({**content.as_json(), "change_note": ""} for content in (one, other))
    return next(plain) == next(plain)


def _publishing(request: HttpRequest) -> bool:
    return request.POST.get("do") == "publish"


def _as_refusal(fault: Refused | StillAtWork) -> Refused:
    return fault if isinstance(fault, Refused) else Refused(STILL_AT_WORK, field="form")


def _form(
    request: HttpRequest,
    typed: TypedTemplate,
    *,
    template: PromptTemplate | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "typed": typed,
        "wrong": typed.wrong,
        "template": template,
        "kinds": KINDS,
        "gap_kinds": [(kind.value, words) for kind, words in KINDS_OF_GAP.items()],
        "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
        "ratios": RATIOS,
        "styles": STYLES,
        "providers": [(n, provider_name(n), typed.renderings.get(n, "")) for n in PROVIDERS],
        "shortest": SHORTEST,
        "longest": LONGEST,
        "token": new_token(),
    }
    return render(request, "campaigns/template_edit.html", context, status=status)
