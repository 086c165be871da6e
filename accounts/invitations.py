"""Inviting people by mail: made, sent again, taken back."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts import letters, pace
from accounts.access import Access
from accounts.audit import record
from accounts.links import hash_of, invitation_token
from accounts.models import Invitation, Membership, Role, User
from accounts.models.invitation import invitation_uid
from accounts.refused import Refused

LIFE = timedelta(days=7)


def open_ones(workspace_id: int) -> QuerySet[Invitation]:
    """Neither accepted nor revoked; some may have expired, and can be sent again."""
    return Invitation.objects.filter(
        workspace_id=workspace_id, accepted_at=None, revoked_at=None
    ).select_related("invited_by", "workspace")


def invite(access: Access, *, email: str, role: str, reason: str = "") -> Invitation:
    """Write an invitation and its letter. Raises Refused for a wrong field.

    Whether the address has an account here already changes nothing that the inviter sees.
    """
    address = email.strip().lower()
    _check(access, address=address, role=role)
    who = f"workspace:{access.workspace_id}"
    if minutes := pace.minutes_to_wait(pace.INVITING, who=who):
        raise Refused("email", f"Many were invited lately. {pace.wait_words(minutes)}")
    uid = invitation_uid()
    try:
        with transaction.atomic():
            made = Invitation.objects.create(
                uid=uid,
                workspace_id=access.workspace_id,
                email=address,
                role=role,
                token_hash=hash_of(invitation_token(uid, serial=1)),
                invited_by_id=access.user_id or 0,
                expires_at=timezone.now() + LIFE,
            )
            pace.note(pace.INVITING, who=who)
            after = {"email": address, "role": role}
            record(access, "invitation.make", f"invitation:{uid}", reason, after=after)
            _post(made)
    except IntegrityError as twice:
        words = "This address is invited already. Send that invitation again instead."
        raise Refused("email", words) from twice
    return made


def send_again(access: Access, invitation: Invitation) -> Invitation:
    """A fresh link with a fresh week; the former link opens nothing from now on."""
    who = f"invitation:{invitation.uid}"
    if minutes := pace.minutes_to_wait(pace.SENDING_AGAIN, who=who):
        raise Refused("form", f"It was sent several times today. {pace.wait_words(minutes)}")
    serial = invitation.serial + 1
    with transaction.atomic():
        won = open_ones(access.workspace_id).filter(pk=invitation.pk, serial=invitation.serial)
        changed = Invitation.objects.filter(pk__in=won.values("pk")).update(
            serial=F("serial") + 1,
            token_hash=hash_of(invitation_token(invitation.uid, serial=serial)),
            expires_at=timezone.now() + LIFE,
        )
        if not changed:
            raise Refused("form", "This invitation is no longer open. Look at the list again.")
        pace.note(pace.SENDING_AGAIN, who=who)
        record(access, "invitation.send_again", f"invitation:{invitation.uid}")
        invitation.refresh_from_db()
        _post(invitation)
    return invitation


def revoke(access: Access, invitation: Invitation) -> bool:
    """Take it back. False when it is no longer open."""
    with transaction.atomic():
        won = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        if won:
            record(access, "invitation.revoke", f"invitation:{invitation.uid}")
    return bool(won)


def _check(access: Access, *, address: str, role: str) -> None:
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Refused("email", "Write a whole mail address, as in ada@example.com.") from wrong
    if role not in Role.values:
        raise Refused("role", f"Choose one of {', '.join(Role.values)}.")
    members = Membership.objects.filter(workspace_id=access.workspace_id)
    if members.filter(user__email__iexact=address).exists():
        raise Refused("email", "Somebody with this address is a member already.")


def _post(invitation: Invitation) -> None:
    name, by = invitation.workspace.name, name_of(invitation.invited_by)
    until = format_date(invitation.expires_at, "j F Y")
    letters.post(
        to=invitation.email,
        subject=f"{by} invites you to {name}",
        body=(
            f"{by} invites you to work in {name} on Dailies as {invitation.role}.\n\n"
            f"Open this link to join. It is good for one person, until {until}:\n\n"
            f"{letters.LINK}\n\n"
            "If you do not know what this is about, do nothing: nothing happens then.\n"
        ),
        link_for=f"invitation:{invitation.uid}:{invitation.serial}",
    )


def name_of(user: User) -> str:
    """What people call somebody."""
    return user.get_full_name() or user.get_username()
