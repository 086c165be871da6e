"""The members' page: who is here, in which role, and who is invited."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import invitations, members, second_factor
from accounts.access import SESSION_WORKSPACE, Access
from accounts.door import page
from accounts.models import Invitation, Membership, Role
from accounts.refused import Refused

# What each role may do, in the order of trust.
ROLES = (
    (Role.VIEWER, "Sees footage, campaigns and costs"),
    (Role.CREATOR, "Also generates footage and runs campaigns"),
    (Role.MANAGER, "Also approves, decides, and closes the books"),
    (Role.OWNER, "Also sets budgets, keys and members"),
)


@page("members:write")
def member_list(request: HttpRequest, access: Access) -> HttpResponse:
    return _show(request, access)


@page("members:write", methods=("POST",))
def invite(request: HttpRequest, access: Access) -> HttpResponse:
    typed = {
        "email": request.POST.get("email", "")[:255],
        "role": request.POST.get("role", ""),
    }
    try:
        made = invitations.invite(access, **typed)
    except Refused as refused:
        return _show(request, access, typed=typed, errors=_errors(refused), status=422)
    messages.success(request, f"Invited. The mail to {made.email} is on its way.")
    return redirect("accounts:members")


@page("members:write", methods=("POST",))
def invite_again(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = invitation_or_404(access, uid)
    try:
        invitations.send_again(access, found)
    except Refused as refused:
        return _show(request, access, errors={"form": refused.words}, status=422)
    messages.success(request, f"Sent again to {found.email}. The former link opens nothing now.")
    return redirect("accounts:members")


@page("members:write", methods=("POST",))
def invite_revoke(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = invitation_or_404(access, uid)
    invitations.revoke(access, found)
    messages.success(request, f"The invitation of {found.email} is taken back.")
    return redirect("accounts:members")


@page("members:write", methods=("POST",))
def member_role(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    place = place_or_404(access, number)
    try:
        changed = members.change_role(access, place, role=request.POST.get("role", ""))
    except Refused as refused:
        return _show(request, access, errors={"form": refused.words}, status=422)
    if changed:
        place.refresh_from_db()
        name = invitations.name_of(place.user)
        messages.success(request, f"{name} is now {Role(place.role).label.lower()}.")
    # Who is no longer an owner may not see this page any more.
    own = changed and place.user_id == access.user_id
    return redirect(settings.LOGIN_REDIRECT_URL if own else "accounts:members")


@page("members:write", methods=("POST",))
def member_remove(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    place = place_or_404(access, number)
    if place.user_id == access.user_id:
        words = "To go yourself, leave the workspace on your profile page."
        return _show(request, access, errors={"form": words}, status=422)
    try:
        members.remove(access, place)
    except Refused as refused:
        return _show(request, access, errors={"form": refused.words}, status=422)
    messages.success(request, f"{invitations.name_of(place.user)} is no longer a member.")
    return redirect("accounts:members")


@page("members:write", methods=("POST",))
def member_factor(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    """Take the second factor off somebody who has lost the telephone and the codes.

    Only where the person belongs to no other workspace: an owner here decides nothing there.
    """
    user = place_or_404(access, number).user
    if user.pk == access.user_id:
        return redirect("accounts:second_factor")
    if Membership.objects.filter(user=user).exclude(workspace_id=access.workspace_id).exists():
        words = "This person belongs to other workspaces too. Ask whoever runs this server."
        return _show(request, access, errors={"form": words}, status=422)
    if second_factor.switch_off(user, by=access, action="second_factor.reset"):
        name = invitations.name_of(user)
        messages.success(request, f"{name} signs in with the password alone until it is set up.")
    return redirect("accounts:members")


@page("workspace:write", methods=("POST",))
def factor_required(request: HttpRequest, access: Access) -> HttpResponse:
    """`required` is yes or no. Who asks it of others has one first."""
    required = request.POST.get("required") == "yes"
    mine = next(one for one in members.of_workspace(access) if one.user_id == access.user_id)
    if required and not mine.second_factor:
        words = "Set up your own second factor first, so that you do not lock yourself out."
        return _show(request, access, errors={"required": words}, status=422)
    members.require_second_factor(access, required=required)
    words = "Members now need a second factor." if required else "It is up to each member now."
    messages.success(request, words)
    return redirect("accounts:members")


@page("jobs:read", methods=("POST",))
def leave(request: HttpRequest, access: Access) -> HttpResponse:
    """Leave this workspace oneself."""
    place = place_or_404(access, access.user_id or 0)
    name = place.workspace.name
    try:
        members.remove(access, place)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("accounts:profile")
    request.session.pop(SESSION_WORKSPACE, None)
    messages.success(request, f"You have left {name}.")
    return redirect(settings.LOGIN_REDIRECT_URL)


def place_or_404(access: Access, number: int) -> Membership:
    """The membership of the person `number`; another workspace's does not exist."""
    rows = Membership.objects.filter(workspace_id=access.workspace_id, user_id=number)
    found = rows.select_related("user", "workspace").first()
    if found is None:
        raise Http404("There is no such member in this workspace.")
    return found


def invitation_or_404(access: Access, uid: str) -> Invitation:
    found = invitations.open_ones(access.workspace_id).filter(uid=uid).first()
    if found is None:
        raise Http404("There is no such open invitation in this workspace.")
    return found


def _errors(refused: Refused) -> dict[str, str]:
    return {refused.field: refused.words}


def _show(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = members.of_workspace(access)
    context = {
        "members": rows,
        "owners": sum(one.role == Role.OWNER and one.active for one in rows),
        "without_factor": sum(not one.second_factor for one in rows),
        "invited": invitations.open_ones(access.workspace_id).order_by("-pk"),
        "now": timezone.now(),
        "roles": ROLES,
        "typed": {"role": Role.CREATOR},
        "errors": {},
        **more,
    }
    return render(request, "accounts/members.html", context, status=status)
