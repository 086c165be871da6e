"""One template: its gaps with a live preview and price, and what one does with it."""

import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access, require
from campaigns import opening, products, storyboard
from campaigns.models import Campaign, Client, PromptTemplate, TemplateVersion
from campaigns.pages.filling_form import Typed, filling_of, typed_from
from campaigns.pages.template_view import about_versions, told_of
from campaigns.prompts.library import exchange, figures, into_shots, templates, using, versions
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.rendering import ValuesRefused
from campaigns.prompts.library.sunset import sunsets_of
from campaigns.prompts.library.templates import TemplateChange
from generation.asks import Refused
from generation.models import Job
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import AskMore, ask_more, asked_before
from generation.pages.client_choice import chosen_client
from generation.pages.door import page
from generation.pages.once import StillAtWork, job_once, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK, budget_words

MOST_OFFERED = 50


@page("campaigns:read")
def library_template(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`?version=` shows another one; `?shot=` and `?campaign=` say what it is wanted for,
    `?asked=<question>` what a budget has refused."""
    if question := asked_before(request, access):
        typed = typed_from(question.typed)
        return show(request, access, template_or_404(access, uid), typed=typed, asked=question)
    typed = typed_from(request.GET)
    if "client" not in request.GET and not (typed.campaign or typed.shot):
        chosen = chosen_client(request, access)
        typed = replace(typed, client=chosen.uid if chosen else "")
    return show(request, access, template_or_404(access, uid), typed=typed)


@page("campaigns:read", methods=("POST",))
def library_preview(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The texts and prices of the form as it stands. Nothing is kept."""
    template = template_or_404(access, uid)
    typed = typed_from(request.POST)
    context = _previewed(access, template, typed)
    return render(request, "campaigns/_template_told.html", {**context, "live": True})


@page("jobs:write", methods=("POST",))
def library_generate(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """One clip of the filled template."""
    require(access, "campaigns:read")
    template = template_or_404(access, uid)
    typed = typed_from(request.POST)

    def make() -> Job:
        version = versions.in_use(template, typed.number)
        return using.generate(access, version, filling_of(typed))

    try:
        made = job_once(request, access, make)
    except (Refused, BudgetExceeded, StillAtWork) as fault:
        return _refused(request, access, template, typed, fault)
    return redirect("generation:job", uid=made)


@page("campaigns:write", methods=("POST",))
def library_shot(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Into the shot that it is wanted for, or as a new one of the chosen campaign."""
    template = template_or_404(access, uid)
    typed = typed_from(request.POST)

    def write() -> str:
        version = versions.in_use(template, typed.number)
        filling = filling_of(typed)
        shot = storyboard.shot_by(access, typed.shot) if typed.shot else None
        if shot is not None:
            return into_shots.put_into(access, shot, version, filling).uid
        campaign = opening.campaign_by(access, typed.campaign) if typed.campaign else None
        if campaign is None:
            raise Refused("Choose the campaign first.", field="campaign", code="required")
        return into_shots.add_shot(access, campaign, version, filling).uid

    try:
        made = made_once(request, access, write)
    except (Refused, StillAtWork) as fault:
        return _refused(request, access, template, typed, fault)
    shot = storyboard.shot_by(access, made)
    if shot is None:
        raise Http404("There is no such shot.")
    messages.info(request, f"{template.name} is in the storyboard. Nothing was spent.")
    return redirect(f"{reverse('campaigns:storyboard', args=[shot.campaign.uid])}#shot-{made}")


@page("campaigns:write", methods=("POST",))
def library_fork(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    template = template_or_404(access, uid)
    version = versions.published_of(template) or versions.draft_of(template)
    if version is None:
        raise Http404("There is nothing to copy.")
    version.template = template
    made = made_once(request, access, lambda: templates.fork(access, version).uid)
    messages.info(request, "This copy is your own. Publish it when it says what you want.")
    return redirect("campaigns:library_edit", uid=made)


@page("campaigns:write", methods=("POST",))
def library_publish(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    template = template_or_404(access, uid)
    draft = versions.draft_of(template)
    if draft is not None:
        draft.template = template
        versions.publish(access, draft)
        messages.info(request, f"Version {draft.number} is published and never changes from now.")
    return redirect("campaigns:library_template", uid=uid)


@page("campaigns:write", methods=("POST",))
def library_archive(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Puts it away, or brings it back with `archived` empty."""
    archived = bool(request.POST.get("archived", ""))
    template = template_or_404(access, uid)
    templates.change(access, template, TemplateChange(archived=archived))
    told = "is archived. What was made with it stays." if archived else "is back in the library."
    messages.info(request, f"{template.name} {told}")
    return redirect("campaigns:library_template", uid=uid)


@page("campaigns:read")
def library_export(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The whole template as a JSON file."""
    template = template_or_404(access, uid)
    text = json.dumps(exchange.exported(template), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{template.uid}.json"'
    return response


def template_or_404(access: Access, uid: str) -> PromptTemplate:
    found = templates.template_by(access, uid)
    if found is None:
        raise Http404("There is no such template in this workspace and mode.")
    return found


def show(
    request: HttpRequest,
    access: Access,
    template: PromptTemplate,
    *,
    typed: Typed,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The template's page; `errors` say what is wrong with what was typed."""
    told = _previewed(access, template, typed, errors=errors or {})
    rows = list(template.versions.order_by("-number"))
    client, campaign, shot = told["client"], told["campaign"], told["shot"]
    stocked = products.mine(access).filter(archived_at=None)
    context = {
        **told,
        "kind": KINDS.get(template.kind, ""),
        "versions": about_versions(rows),
        "by_version": figures.by_version(template),
        "by_provider": figures.by_provider(template),
        "figures": figures.of_templates([template]).get(template.pk, figures.NONE),
        "warnings": sunsets_of(access, rows),
        "clients": _clients(access),
        "campaigns": _campaigns(access, client=campaign.client if shot and campaign else client),
        "products": list(stocked.order_by("-pk").values_list("name", flat=True)[:MOST_OFFERED]),
        "token": new_token(),
        **more,
    }
    return render(request, "campaigns/template.html", context, status=status)


def _refused(
    request: HttpRequest,
    access: Access,
    template: PromptTemplate,
    typed: Typed,
    fault: Exception,
) -> HttpResponse:
    more: AskMore | None = None
    if isinstance(fault, ValuesRefused):
        errors = fault.errors
    elif isinstance(fault, Refused):
        errors = {"form": fault.message}
    elif isinstance(fault, BudgetExceeded):
        errors = {"form": budget_words(fault)}
        path = reverse("campaigns:library_template", args=[template.uid])
        reason = f"One clip of “{template.name}”"
        more = ask_more(fault, path=path, typed=request.POST, reason=reason)
    else:
        errors = {"form": STILL_AT_WORK}
    return show(request, access, template, typed=typed, errors=errors, ask_more=more, status=422)


def _previewed(
    access: Access,
    template: PromptTemplate,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What the form comes to, with the client, campaign and shot that it names."""
    version = _version(template, typed)
    campaign = opening.campaign_by(access, typed.campaign) if typed.campaign else None
    shot = storyboard.shot_by(access, typed.shot) if typed.shot else None
    campaign = shot.campaign if shot else campaign
    client = opening.client_by(access, typed.client) if typed.client else None
    bound = client or (campaign.client if campaign else None)
    context = told_of(access, version, typed, client=bound, shot=shot, errors=errors or {})
    return {
        **context,
        "template": template,
        "version": version,
        "typed": typed,
        "client": client,
        "campaign": campaign,
        "shot": shot,
    }


def _version(template: PromptTemplate, typed: Typed) -> TemplateVersion:
    """The one that was asked for, the one in use, or the draft where none is published."""
    rows = template.versions.order_by("-number")
    named = rows.filter(number=typed.number).first() if typed.number else None
    found = named or versions.published_of(template) or rows.first()
    if found is None:
        raise Http404("This template says nothing yet.")
    found.template = template
    return found


def _clients(access: Access) -> list[Client]:
    rows = Client.objects.within(access).filter(archived_at=None).select_related("centre")
    return list(rows.order_by("centre__name")[:MOST_OFFERED])


def _campaigns(access: Access, *, client: Client | None) -> list[Campaign]:
    rows = Campaign.objects.within(access).filter(archived_at=None).select_related("centre")
    if client is not None:
        rows = rows.filter(client=client)
    return list(rows.order_by("-pk")[:MOST_OFFERED])
