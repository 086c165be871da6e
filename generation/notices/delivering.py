"""Delivering what is due, one try each. A receiver that is down holds up nobody else for long."""

import logging
import time
from urllib.parse import urlsplit

from generation import clock, guarded
from generation.models import Notice
from generation.notices import addresses, rows, signing

log = logging.getLogger(__name__)

GONE = 410
LEFT_ALONE_SECONDS = 60.0


def deliver_due(limit: int = 20, *, seconds: float = 20.0) -> int:
    """Try up to `limit` due notices, and begin none after `seconds`. Returns how many were tried.

    Once a host has not answered, its other notices wait for a later round: each would cost the
    full time limit again, while those of other receivers wait.
    """
    ends = time.monotonic() + seconds
    silent: set[str] = set()
    tried = 0
    for notice_id in rows.due(limit):
        if time.monotonic() > ends:
            break
        notice = rows.claim(notice_id)
        if notice is None:
            continue
        host = urlsplit(notice.url).netloc.lower()
        if host in silent:
            rows.put_off(notice, seconds=LEFT_ALONE_SECONDS)
            continue
        tried += 1
        if not _try(notice):
            silent.add(host)
    return tried


def deliver(notice_id: int) -> bool:
    """Try one notice if it is due. True when its receiver answered, whatever it said."""
    notice = rows.claim(notice_id)
    return notice is not None and _try(notice)


def _try(notice: Notice) -> bool:
    """One try. False when no answer came."""
    body = signing.body_of(notice)
    headers = signing.headers_of(notice, body, at=clock.now())
    try:
        status = addresses.send(notice.url, mode=notice.mode, body=body, headers=headers)
    except (guarded.Blocked, guarded.NoAnswer) as fault:
        rows.failed(notice, str(fault))
        log.info("notice_failed notice=%s reason=%s", notice.uid, fault)
        # A blocked address costs no time, so its neighbours need not wait.
        return isinstance(fault, guarded.Blocked)
    _book(notice, status)
    return True


def _book(notice: Notice, status: int) -> None:
    if 200 <= status < 300:
        rows.delivered(notice, status=status)
    elif status == GONE:
        rows.refused_for_good(notice, status=status)
    else:
        rows.failed(notice, f"The receiver answered {status}.", status=status)
    log.info("notice_answered notice=%s status=%s", notice.uid, status)
