"""Accepting an invitation: the link is looked up, and used up by whoever joins."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import notifications
from accounts.access import Access
from accounts.audit import record
from accounts.invitations import name_of
from accounts.links import hash_of
from accounts.models import Invitation, Membership, Mode, NotificationKind, Role, User
from accounts.refused import Refused

OVER = "This invitation is no longer good. Ask whoever sent it for a new one."


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link opens; None for a used, revoked, expired or unknown one."""
    return (
        Invitation.objects.filter(
            token_hash=hash_of(token),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
            workspace__closed_at=None,
        )
        .select_related("workspace", "invited_by")
        .first()
    )


def join(invitation: Invitation, *, user: User, ip: str | None) -> None:
    """Make `user` a member. Raises Refused for a member, or when somebody else was faster."""
    with transaction.atomic():
        won = Invitation.objects.filter(
            pk=invitation.pk,
            serial=invitation.serial,
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        ).update(accepted_at=timezone.now(), accepted_by=user)
        if not won:
            raise Refused("form", OVER)
        place, fresh = Membership.objects.get_or_create(
            workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
        )
        if not fresh:
            raise Refused("form", f"You are a member of {invitation.workspace.name} already.")
        access = Access(
            workspace_id=invitation.workspace_id,
            mode=Mode.TEST,
            role=Role(place.role),
            user_id=user.pk,
            ip=ip,
        )
        after = {"role": place.role, "email": invitation.email}
        record(access, "invitation.accept", f"invitation:{invitation.uid}", after=after)
        notifications.write(
            [invitation.invited_by_id],
            workspace_id=invitation.workspace_id,
            kind=NotificationKind.INVITATION_ACCEPTED,
            words=f"{name_of(user)} has joined as {place.role}.",
            link="/members/",
        )


def join_as_new(invitation: Invitation, *, username: str, password: str, ip: str | None) -> User:
    """Make the account that the invitation's mailbox proves, and join with it.

    Raises Refused for a name that is taken or a weak password; then nobody was made.
    """
    name = username.strip()
    user = User(username=name, email=invitation.email)
    try:
        User._meta.get_field("username").clean(name, user)
    except ValidationError as wrong:
        raise Refused("username", " ".join(wrong.messages)) from wrong
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("password", " ".join(weak.messages)) from weak
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            join(invitation, user=user, ip=ip)
    except IntegrityError as twice:
        if User.objects.filter(email__iexact=invitation.email).exists():
            words = "There is an account with this address. Sign in with it, then join."
            raise Refused("form", words) from twice
        raise Refused("username", "This name is taken. Choose another.") from twice
    return user
