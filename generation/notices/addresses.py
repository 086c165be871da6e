"""Where notices may go."""

import ipaddress
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from generation import guarded
from providers.connections import answer_by
from providers.http import new_session

PORTS = (443, 8443)
SECONDS = 15.0


def check_address(url: str, *, mode: str) -> None:
    """Whether notices could go there, as far as the text of the address says.

    Raises guarded.Blocked with words for the person who gave it.
    """
    if not _is_rehearsal(url, mode=mode):
        guarded.check(url, ports=PORTS)


def send(url: str, *, mode: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a notice once; the status of the answer. Raises guarded.Blocked or NoAnswer."""
    if _is_rehearsal(url, mode=mode):
        return _send_home(url, body=body, headers=headers)
    answer = guarded.post(url, body=body, headers=headers, ports=PORTS, seconds=SECONDS)
    return answer.status


def _is_rehearsal(url: str, *, mode: str) -> bool:
    """Plain http to this machine, in test mode, on a desk that itself is at home here."""
    try:
        place = urlsplit(url)
        here = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    except ValueError:
        return False
    at_home = _is_loopback(here) and _is_loopback(place.hostname or "")
    return mode == "test" and place.scheme == "http" and at_home


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _send_home(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    answer_by.set(time.monotonic() + SECONDS)
    try:
        with (
            new_session() as session,
            session.post(
                url,
                data=body,
                headers=dict(headers),
                timeout=(guarded.CONNECT_SECONDS, SECONDS),
                stream=True,
                allow_redirects=False,
            ) as response,
        ):
            return response.status_code
    except (requests.RequestException, HTTPError, OSError) as fault:
        raise guarded.NoAnswer("The host could not be reached.") from fault
