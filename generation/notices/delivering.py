"""Delivering what is due, one try each, to several receivers at a time.

The threads only send: this one alone claims, books and touches the database. One receiver gets
one message at a time, and none more in this round once it has not answered.
"""

import logging
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from generation import clock, guarded, waypoints
from generation.models import Notice
from generation.notices import addresses, health, rows, signing
from generation.notices.rows import Lane

log = logging.getLogger(__name__)

GONE = 410
AT_ONCE = 8
LEFT_ALONE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What became of a try: a status, or the fault. `silent` says that it took all its time."""

    status: int | None = None
    fault: str = ""
    silent: bool = False


def deliver_due(limit: int = 40, *, seconds: float = 20.0) -> int:
    """Try up to `limit` due notices, and begin none after `seconds`. Returns how many were tried.

    A try takes 15 s at most, so a slow receiver costs the others a place among AT_ONCE and no
    more.
    """
    lanes: dict[Lane, deque[int]] = {}
    for notice_id, lane in rows.due(limit):
        lanes.setdefault(lane, deque()).append(notice_id)
    ends = time.monotonic() + seconds
    free, tried = deque(lanes), 0
    under_way: dict[Future[Reply], tuple[Notice, Lane]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            while free and len(under_way) < AT_ONCE and time.monotonic() < ends:
                lane = free.popleft()
                notice = _claim_first(lanes[lane])
                if notice is not None:
                    under_way[_begin(pool, notice)] = (notice, lane)
                    tried += 1
            if not under_way:
                return tried
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                notice, lane = under_way.pop(future)
                reply = future.result()
                _book(notice, reply)
                if reply.silent:
                    rows.put_off(list(lanes[lane]), seconds=LEFT_ALONE_SECONDS)
                else:
                    free.append(lane)


def _claim_first(waiting: deque[int]) -> Notice | None:
    """The first that is still to be had; what somebody else has taken is passed over."""
    while waiting:
        notice = rows.claim(waiting.popleft())
        if notice is not None:
            return notice
    return None


def _begin(pool: ThreadPoolExecutor, notice: Notice) -> Future[Reply]:
    body = notice.body.encode()
    headers = signing.headers_of(notice, body, at=clock.now())
    url = notice.endpoint.url if notice.endpoint else notice.url
    return pool.submit(_send, url, mode=notice.mode, body=body, headers=headers)


def _send(url: str, *, mode: str, body: bytes, headers: dict[str, str]) -> Reply:
    try:
        with waypoints.after("notice_sent"):
            return Reply(status=addresses.send(url, mode=mode, body=body, headers=headers))
    except guarded.Blocked as fault:
        # A blocked address costs no time, so its neighbours need not wait.
        return Reply(fault=str(fault))
    except guarded.NoAnswer as fault:
        return Reply(fault=str(fault), silent=True)


def _book(notice: Notice, reply: Reply) -> None:
    """Keep the answer with the notice and with its endpoint, both or neither."""
    status = reply.status
    reason = reply.fault or f"The receiver answered {status}."
    with waypoints.commit("notice_booked"):
        if status is not None and 200 <= status < 300:
            if rows.delivered(notice, status=status):
                health.worked(notice.endpoint, status=status)
        elif status == GONE:
            if rows.refused_for_good(notice, status=status):
                health.gone(notice.endpoint, status=status)
        elif rows.failed(notice, reason, status=status):
            health.failed(notice, reason, status=status)
    if status is None:
        log.info("notice_failed notice=%s reason=%s", notice.uid, reason)
    else:
        log.info("notice_answered notice=%s status=%s", notice.uid, status)
