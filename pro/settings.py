"""Where the desk is and who asks: arguments, then the environment, then `.env` and `var/demo.env`.

The files are looked for in the working directory. `var/demo.env` is what `make run` writes.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from pro.errors import NotConfigured

BASE_URL, API_KEY = "AIVIDEO_BASE_URL", "AIVIDEO_API_KEY"
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
LIVE_KEY = "aiv_live_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`base_url` ends without a slash; `api_key` is empty where none was found."""

    base_url: str
    api_key: str = field(repr=False)

    @property
    def mode(self) -> str:
        """ "live" with a live key, else "test"."""
        return "live" if self.api_key.startswith(LIVE_KEY) else "test"

    def checked(self) -> "Settings":
        """The same settings, fit for a call. Raises NotConfigured."""
        if not self.api_key:
            raise NotConfigured
        if not self.api_key.isascii() or not self.api_key.isprintable() or " " in self.api_key:
            raise NotConfigured(f"{API_KEY} holds characters that no key has.")
        if not _is_address(self.base_url):
            raise NotConfigured(
                f"{BASE_URL} must be an address that begins with http:// or https://,"
                f" not {self.base_url!r}."
            )
        return self


def read_settings(*, api_key: str | None = None, base_url: str | None = None) -> Settings:
    """What holds for a client made here and now. Raises NotConfigured for unreadable files."""
    address, key = (base_url or "").strip(), (api_key or "").strip()
    address, key = address or _environment(BASE_URL), key or _environment(API_KEY)
    # A file is opened only for what is still missing: it may be somebody else's.
    if not (address and key):
        ours = _file(Path(".env"))
        address, key = address or ours.get(BASE_URL, ""), key or ours.get(API_KEY, "")
    if not (address and key):
        demo = _file(Path("var/demo.env"))
        address = address or demo.get(BASE_URL, "")
        # The demo key belongs to the demo's own address and is told to no other.
        if not key and address.rstrip("/") == demo.get(BASE_URL):
            key = demo.get(API_KEY, "")
    return Settings(base_url=(address or DEFAULT_BASE_URL).rstrip("/"), api_key=key)


def _is_address(url: str) -> bool:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.host)


def _environment(name: str) -> str:
    """The variable, or the content of the file that NAME_FILE names."""
    if file := os.environ.get(f"{name}_FILE"):
        return _text(Path(file)).strip()
    return os.environ.get(name, "").strip()


def _file(path: Path) -> dict[str, str]:
    """NAME=value lines; `export`, quotes and # comments are understood."""
    if not path.is_file():
        return {}
    pairs = {}
    for line in _text(path).splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            pairs[name.strip()] = _bare(value.strip())
    return pairs


def _bare(value: str) -> str:
    if value[:1] in {'"', "'"} and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return value.partition(" #")[0].rstrip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        raise NotConfigured(f"Cannot read {path}: {fault.strerror}.") from fault
