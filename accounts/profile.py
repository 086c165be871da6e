"""What people say of themselves: name, time zone, mail address, notifications."""

from dataclasses import dataclass
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import letters, pace
from accounts.access import Access
from accounts.audit import record
from accounts.links import read_address_token
from accounts.models import MailChoice, NotificationKind, User
from accounts.refused import Refused


@dataclass(frozen=True, kw_only=True)
class ProfileAsk:
    """`heard` are the kinds of notifications that the person wants."""

    first_name: str
    last_name: str
    time_zone: str
    mail_choice: str
    heard: list[str]


def change(user: User, ask: ProfileAsk) -> None:
    """Keep it. Raises Refused for the field that is wrong; then nothing is kept."""
    for field in ("first_name", "last_name"):
        if len(getattr(ask, field)) > 150:
            raise Refused(field, "At most 150 characters.")
    if ask.time_zone not in available_timezones():
        raise Refused("time_zone", "Choose a time zone from the list, as in Europe/Prague.")
    if ask.mail_choice not in MailChoice.values:
        raise Refused("mail_choice", "Choose one of these.")
    User.objects.filter(pk=user.pk).update(
        first_name=" ".join(ask.first_name.split()),
        last_name=" ".join(ask.last_name.split()),
        time_zone=ask.time_zone,
        mail_choice=ask.mail_choice,
        muted=[kind for kind in NotificationKind.values if kind not in ask.heard],
    )


def ask_for_address(user: User, *, email: str) -> str:
    """Send a link to a new address, which counts once the link is opened. Returns the address.

    Whether somebody else has it is not said here: the answer is the same, and the link tells.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Refused("email", "Write a whole mail address, as in ada@example.com.") from wrong
    if address == (user.email or "").lower():
        raise Refused("email", "This is your address already.")
    who = f"user:{user.pk}"
    if minutes := pace.minutes_to_wait(pace.NEW_ADDRESS, who=who):
        raise Refused("email", f"Asked for often. {pace.wait_words(minutes)}")
    with transaction.atomic():
        pace.note(pace.NEW_ADDRESS, who=who)
        letters.post(
            to=address,
            subject="Confirm your address",
            body=(
                f"Open this link within a day to use this address for {user.get_username()}"
                f" on Dailies:\n\n{letters.LINK}\n\nIf it was not you, do nothing.\n"
            ),
            link_for=f"address:{user.pk}:{address}",
        )
    return address


def confirm_address(token: str, *, user: User, by: Access | None) -> str | None:
    """Use the address that a link confirms; None for a link that is no longer good.

    It must be opened by the person who asked, so that no link changes somebody else's account.
    """
    told = read_address_token(token)
    if told is None or told["user"] != user.pk or told["from"] != (user.email or ""):
        return None
    former, address = user.email, str(told["to"])
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=address)
            if by is not None:
                record(by, "email.change", f"user:{user.pk}")
            if former:
                letters.post(to=former, subject="Your address was changed", body=_farewell(user))
    except IntegrityError:
        return None  # somebody else has it
    return address


def _farewell(user: User) -> str:
    return (
        f"{user.get_username()} on Dailies now uses another mail address.\n\n"
        "If it was not you, tell an owner of your workspace at once.\n"
    )
