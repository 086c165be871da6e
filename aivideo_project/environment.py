"""Typed reads of the environment. Only settings.py calls this.

Each variable can also be given as NAME_FILE, the path of a file that holds the value. A bad
value stops the start with an error that names the variable.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


def read_dotenv(path: Path) -> None:
    """Load `path` if it is there; what the environment already says wins."""
    if path.is_file():
        environ.Env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file named by NAME_FILE; the default if it is empty."""
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip() or default
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {file}: {error}") from error
    return os.environ.get(name, "").strip() or default


def whole(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number between `least` and `most`."""
    raw = text(name, str(default))
    try:
        number = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {number}.")
    return number


def flag(name: str, default: bool) -> bool:
    raw = text(name, "true" if default else "false").lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {raw!r}.")


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    raw = text(name, default)
    if raw not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {raw!r}.")
    return raw


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def numbered(name: str) -> dict[int, str]:
    """A comma-separated list of `number:value` pairs, such as `1:first,2:second`."""
    pairs: dict[int, str] = {}
    for word in words(name):
        number, colon, value = word.partition(":")
        if not (number.isdigit() and colon and len(value) >= 32):
            raise ImproperlyConfigured(
                f"{name} must be number:value pairs with values of at least 32 characters."
            )
        pairs[int(number)] = value
    return pairs


def address(name: str, default: str) -> str:
    """An http or https address without a trailing slash; empty stays empty."""
    raw = text(name, default).rstrip("/")
    if raw and not raw.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with http:// or https://, not {raw!r}.")
    return raw


def database(name: str, default: str) -> dict[str, Any]:
    raw = text(name, default)
    try:
        parsed: dict[str, Any] = environ.Env.db_url_config(raw)
    except Exception as error:  # django-environ raises several types for a bad address
        raise ImproperlyConfigured(f"{name} is not a database address: {error}") from error
    if not parsed.get("ENGINE", "").endswith(("sqlite3", "postgresql")):
        raise ImproperlyConfigured(f"{name} must be a sqlite:// or postgres:// address.")
    return parsed


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's mail settings from an address such as smtp+tls://user:password@host:587."""
    raw = text(name, default)
    try:
        parsed: dict[str, Any] = environ.Env.email_url_config(raw)
    except (ImproperlyConfigured, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is not a mail server's address.") from error
    return {setting: value for setting, value in parsed.items() if setting.startswith("EMAIL_")}


def kept_secret(path: Path) -> str:
    """A random secret, made once and kept in a file that only we may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
