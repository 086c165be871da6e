"""People's systems at the door: each asks once, with a key, until it has an answer.

Now and then the answer is taken for lost and asked for again, and now and then a clip is wanted
no more. What one key was answered first must be what it is always answered.
"""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.chaos.faults import scene
from tests.e2e.desk import Reply, fetch

AT_ONCE = 3
ASKED_AGAIN = 0.10
WANTED_NO_MORE = 0.05
PAUSE = 0.3
UNSURE = (OSError, urllib.error.URLError, ValueError)


@dataclass
class Callers:
    """`accepted` is each key's job. `allow` says how many may have been asked for by now."""

    base: str
    key: str
    seed: int
    jobs: int
    accepted: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)
    _allowed: int = 0
    _next: int = 0
    _over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for _ in range(AT_ONCE):
            thread = threading.Thread(target=self._ask_on, daemon=True)
            thread.start()
            self._threads.append(thread)

    def allow(self, number: int) -> None:
        self._allowed = min(number, self.jobs)

    @property
    def done(self) -> bool:
        return len(self.accepted) == self.jobs

    def stop(self) -> None:
        self._over = True
        for thread in self._threads:
            thread.join(60)

    def _ask_on(self) -> None:
        while not self._over:
            with self._lock:
                number = self._next
                due = number < self._allowed
                self._next += due
            if due:
                self._one(number)
            else:
                time.sleep(PAUSE)

    def _one(self, number: int) -> None:
        dice = random.Random(f"{self.seed} caller {number}")
        name = f"chaos-{self.seed}-{number}"
        job_id = self._ask(number, name)
        if job_id is None:
            return
        self.accepted[name] = job_id
        if dice.random() < ASKED_AGAIN:
            again = self._ask(number, name)
            self.answers["asked again"] += 1
            if again not in (job_id, None):
                self.contradictions.append(f"{name}: {job_id}, then {again}")
        if dice.random() < WANTED_NO_MORE:
            time.sleep(dice.uniform(0.0, 3.0))
            self._cancel(job_id)

    def _ask(self, number: int, name: str) -> str | None:
        """The job's id, however often it takes to be told."""
        while not self._over:
            reply = self._post("generate", body=scene(number, seed=self.seed), name=name)
            if reply is not None and reply.status == HTTPStatus.ACCEPTED:
                return str(reply.body["job_id"])
            if reply is not None and not _may_do_later(reply):
                self.contradictions.append(f"{name}: refused with {reply.status} {reply.body}")
                return None
            time.sleep(PAUSE)
        return None

    def _cancel(self, job_id: str) -> None:
        while not self._over:
            reply = self._post(f"cancel/{job_id}", body=None, name="")
            if reply is not None and reply.status < 500:
                self.answers[f"cancel {reply.status}"] += 1
                return
            time.sleep(PAUSE)

    def _post(self, path: str, *, body: object, name: str) -> Reply | None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if name:
            headers["Idempotency-Key"] = name
        data = json.dumps(body or {}).encode()
        try:
            reply = fetch(
                f"{self.base}/api/ai-video/{path}", method="POST", data=data, headers=headers
            )
        except UNSURE as fault:
            self.answers[f"no answer ({type(fault).__name__})"] += 1
            return None
        self.answers[str(reply.status)] += 1
        return reply


def _may_do_later(reply: Reply) -> bool:
    """Whether the same request may be taken later: also when its provider is shut just now."""
    if reply.status >= 500 or reply.status in (409, 429):
        return True
    errors = reply.body.get("errors", []) if isinstance(reply.body, dict) else []
    return [error.get("code") for error in errors] == ["no_offer"]
