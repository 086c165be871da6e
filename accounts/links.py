"""Addresses that go out by mail and prove whose mailbox it is. None of them is kept.

Each is made when its letter is sent: from what the letter names and a key of the settings.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User

ADDRESS_SALT = "accounts.new-address"
ADDRESS_SECONDS = 24 * 3600


def invitation_token(uid: str, *, serial: int) -> str:
    """The token of one sending of an invitation, 43 letters."""
    return _derived(f"invitation:{uid}:{serial}")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address_token(user: User, *, email: str) -> str:
    """Signed: who, from which address, to which; it ends when the address has changed."""
    told = {"user": user.pk, "from": user.email or "", "to": email}
    return signing.dumps(told, salt=ADDRESS_SALT)


def read_address_token(token: str) -> dict[str, object] | None:
    """What `address_token` signed, or None for a wrong or an old one."""
    try:
        told = signing.loads(token, salt=ADDRESS_SALT, max_age=ADDRESS_SECONDS)
    except signing.BadSignature:
        return None
    return told if isinstance(told, dict) else None


def address_of(link_for: str) -> str | None:
    """The whole address that a letter's `link_for` names; None when it leads nowhere any more."""
    kind, _, rest = link_for.partition(":")
    path = {"invitation": _invitation, "password": _password, "address": _address}[kind](rest)
    return f"{settings.PUBLIC_BASE_URL}{path}" if path else None


def _invitation(rest: str) -> str | None:
    uid, _, serial = rest.partition(":")
    return reverse("accounts:invitation", args=[invitation_token(uid, serial=int(serial))])


def _password(rest: str) -> str | None:
    user = User.objects.filter(pk=int(rest), is_active=True).first()
    if user is None:
        return None
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("accounts:reset", args=[uid, token])


def _address(rest: str) -> str | None:
    number, _, email = rest.partition(":")
    user = User.objects.filter(pk=int(number), is_active=True).first()
    if user is None:
        return None
    return reverse("accounts:confirm_address", args=[address_token(user, email=email)])


def _derived(purpose: str) -> str:
    key = f"accounts.links:{settings.SECRET_KEY}".encode()
    digest = hmac.new(key, purpose.encode(), "sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
