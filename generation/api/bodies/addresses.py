"""Addresses of the caller's own that we shall write to."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.access import Access
from generation.asks import Refused

LOCAL_NAME = "localhost"


def webhook_address(access: Access, url: str) -> str:
    """The address as given, or Refused. Whether it may be reached is judged when it is used."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and not parts.username and not parts.password
        _ = parts.port
    except ValueError:
        parts, whole = urlsplit(""), False
    if not whole or not url.isprintable() or " " in url:
        raise Refused("Send a whole address, such as https://example.com/hook.", field=FIELD)
    if parts.scheme != "https" and not _at_home(access, parts):
        raise Refused("Send an https address; nothing is told in the clear.", field=FIELD)
    return url


FIELD = "webhook_url"


def _at_home(access: Access, parts: SplitResult) -> bool:
    """http to this machine, for rehearsals on a desk that runs on this machine itself."""
    here = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    both = is_loopback(here) and is_loopback(parts.hostname or "")
    return parts.scheme == "http" and access.mode == "test" and both


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == LOCAL_NAME
