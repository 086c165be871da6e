"""The demo workspace of a first run, and the file that tells its name, password and key."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from accounts.keys import KeyRefused, check_key, make_key
from accounts.models import Membership, Mode, Role, User, Workspace

FILE_NAME = "demo.env"
USERNAME = "demo"
KEY_LIFE = timedelta(days=365)


def ensure_demo(*, data_dir: Path, base_url: str, sandbox_url: str) -> Path:
    """Make what is missing of the demo and keep what is there; returns the file's path.

    A second run changes only the addresses. Without the file, or over a fresh database, the
    lost password or key is made anew, because only hashes of the old ones exist.
    """
    path = data_dir / FILE_NAME
    known = _read(path)
    with transaction.atomic():
        workspace, _ = Workspace.objects.get_or_create(
            slug="demo", defaults={"name": "Demo Agency"}
        )
        user, password = _ensure_user(known.get("AIVIDEO_PASSWORD"))
        Membership.objects.get_or_create(
            workspace=workspace, user=user, defaults={"role": Role.OWNER}
        )
        key = _ensure_key(known.get("AIVIDEO_API_KEY"), workspace=workspace, user=user)
        values = {
            "AIVIDEO_BASE_URL": base_url,
            "AIVIDEO_API_KEY": key,
            "AIVIDEO_USERNAME": USERNAME,
            "AIVIDEO_PASSWORD": password,
            "AIVIDEO_SANDBOX_URL": sandbox_url,
        }
        if values != known:
            _write(path, values=values)
    return path


def _ensure_user(password: str | None) -> tuple[User, str]:
    """The demo's owner. A password in the file stands, even if the person changed it since."""
    user, made = User.objects.get_or_create(
        username=USERNAME, defaults={"is_staff": True, "is_superuser": True}
    )
    if made or password is None:
        password = password or secrets.token_urlsafe(18)
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, password


def _ensure_key(text: str | None, *, workspace: Workspace, user: User) -> str:
    if text is not None:
        try:
            check_key(text, ip=None)
        except KeyRefused:
            pass  # of another database, expired or revoked: a new one takes its place
        else:
            return text
    _, plaintext = make_key(
        workspace, mode=Mode.TEST, name="Demo", created_by=user, expires_in=KEY_LIFE
    )
    return plaintext


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name: value for name, _, value in pairs if value}


def _write(path: Path, *, values: Mapping[str, str]) -> None:
    """Put a whole file in the place of the old one; nobody else may ever read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    fresh.replace(path)
