"""The second factor: set up, asked for at sign-in, switched off, taken off by an owner."""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import pace, totp
from accounts.access import Access
from accounts.audit import record
from accounts.models import SecondFactor, User
from accounts.refused import Refused

RECOVERY_CODES = 10
# Letters and digits that nobody mistakes for one another.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
WRONG = "This code does not match. Take the one that the app shows now, or a recovery code."


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def begin(user: User) -> str:
    """The secret to set an app up with; the same one until it is confirmed.

    Raises Refused where the second factor is on already.
    """
    factor, _ = SecondFactor.objects.get_or_create(
        user=user, defaults={"sealed": _seal(totp.new_secret())}
    )
    if factor.confirmed_at is not None:
        raise Refused("form", "The second factor is on already.")
    secret = _open(factor.sealed)
    if secret is None:  # sealed with a key that is no longer in the settings
        secret = totp.new_secret()
        SecondFactor.objects.filter(pk=factor.pk).update(sealed=_seal(secret))
    return secret


def confirm(user: User, *, code: str, by: Access | None) -> list[str]:
    """Switch it on with a first right code. Returns the recovery codes, to be shown once."""
    _slow_down(user)
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    counter = factor and _counter(factor, code=code)
    if factor is None or counter is None:
        pace.note(pace.CODES, who=_who(user))
        raise Refused("code", "This code does not match. Take the one that the app shows now.")
    codes = _new_codes()
    with transaction.atomic():
        won = SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None).update(
            confirmed_at=timezone.now(),
            last_counter=counter,
            recovery_hashes=[_hash(one) for one in codes],
        )
        if not won:
            raise Refused("form", "The second factor is on already.")
        _record(by, "second_factor.on", user)
    pace.forget(pace.CODES, who=_who(user))
    return codes


def check(user: User, *, code: str) -> None:
    """Take a code of the app or a recovery code, each once. Raises Refused for a wrong one.

    Ten wrong ones in a quarter of an hour close it for a while, wherever they come from.
    """
    _slow_down(user)
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None or not (_take_code(factor, code=code) or _take_recovery(factor, code=code)):
        pace.note(pace.CODES, who=_who(user))
        raise Refused("code", WRONG)
    pace.forget(pace.CODES, who=_who(user))


def new_recovery_codes(user: User, *, by: Access | None) -> list[str]:
    """Ten fresh ones; the former open nothing any more."""
    codes = _new_codes()
    with transaction.atomic():
        SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).update(
            recovery_hashes=[_hash(one) for one in codes]
        )
        _record(by, "second_factor.recovery", user)
    return codes


def switch_off(user: User, *, by: Access | None, action: str = "second_factor.off") -> bool:
    """Forget it. False where there was none."""
    with transaction.atomic():
        gone, _ = SecondFactor.objects.filter(user=user).delete()
        if gone:
            _record(by, action, user)
    return bool(gone)


def _slow_down(user: User) -> None:
    if minutes := pace.minutes_to_wait(pace.CODES, who=_who(user)):
        raise Refused("wait", f"Too many wrong codes. {pace.wait_words(minutes)}")


def _counter(factor: SecondFactor, *, code: str) -> int | None:
    secret = _open(factor.sealed)
    bare = "".join(code.split())
    return totp.counter_of(secret, code=bare, at=time.time()) if secret else None


def _take_code(factor: SecondFactor, *, code: str) -> bool:
    counter = _counter(factor, code=code)
    if counter is None:
        return False
    # The database decides who was first, whichever process asked: a code is good once.
    newer = SecondFactor.objects.filter(pk=factor.pk, last_counter__lt=counter)
    return bool(newer.update(last_counter=counter))


def _take_recovery(factor: SecondFactor, *, code: str) -> bool:
    given = _hash(code.strip().lower().replace("-", "").replace(" ", ""))
    with transaction.atomic():
        row = SecondFactor.objects.select_for_update().get(pk=factor.pk)
        left = [one for one in row.recovery_hashes if not hmac.compare_digest(one, given)]
        if len(left) == len(row.recovery_hashes):
            return False
        SecondFactor.objects.filter(pk=row.pk).update(recovery_hashes=left)
    return True


def _record(by: Access | None, action: str, user: User) -> None:
    # A person without a workspace leaves no trail in one.
    if by is not None:
        record(by, action, f"user:{user.pk}")


def _new_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]


def _hash(code: str) -> str:
    # Fifty random bits need a key besides, so that a copy of the table cannot be searched.
    key = f"accounts.recovery:{settings.SECRET_KEY}".encode()
    return hmac.new(key, code.replace("-", "").encode(), "sha256").hexdigest()


def _who(user: User) -> str:
    return f"user:{user.pk}"


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"accounts.second_factor:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def _seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _open(sealed: str) -> str | None:
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
