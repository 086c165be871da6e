"""Requests from a few threads over kept connections, and how long each took."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Call = tuple[str, str, Any]  # method, path, JSON body or None


@dataclass(frozen=True)
class Load:
    """`times` are seconds per request; `wall` is the whole run."""

    times: list[float]
    wall: float
    bodies: list[Any]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.wall


def run(
    port: int, *, key: str, make: Callable[[int], Call], count: int, threads: int, wanted: int
) -> Load:
    """Raises AssertionError when any answer has another status than `wanted`."""
    numbers = iter(range(count))
    lock = threading.Lock()
    times: list[float] = []
    bodies: list[Any] = []
    wrong: list[tuple[int, bytes]] = []

    def work() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or wrong:
                link.close()
                return
            method, path, body = make(number)
            data = None if body is None else json.dumps(body)
            began = time.perf_counter()
            link.request(method, path, body=data, headers=headers)
            answer = link.getresponse()
            content = answer.read()
            took = time.perf_counter() - began
            with lock:
                times.append(took)
                bodies.append(json.loads(content))
            if answer.status != wanted:
                wrong.append((answer.status, content[:300]))

    hands = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert not wrong, wrong[0]
    return Load(times=times, wall=time.perf_counter() - began, bodies=bodies)
