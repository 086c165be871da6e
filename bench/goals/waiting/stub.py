"""A vendor for measuring those who wait: create, status and result for OpenAI, Runway and fal.

`python -m bench.goals.waiting.stub` prints its address and serves until it is ended. It knows when
each task became terminal, how often it was asked about and who was too early with that. Bare
HTTP over asyncio, so that the clients cost more than what they are measured with.

POST /_terms {median, sigma, most}: durations in seconds, lognormal and none above `most`; progress
is crooked (done = time ** bend) and told in steps of 4. With {dialect, least_gap} besides, a second
look at a task of that dialect within `least_gap` of the first is a 429. POST /_make {dialect,
count, hooks?} makes tasks without a create call each, GET /_tasks?dialect= tells about them.
"""

import asyncio
import base64
import hashlib
import json
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OPEN_FILES = 16384
KEY = Ed25519PrivateKey.generate()
WORDS = {
    "sora": ("queued", "in_progress", "completed"),
    "runway": ("PENDING", "RUNNING", "SUCCEEDED"),
    "fal": ("IN_QUEUE", "IN_PROGRESS", "COMPLETED"),
}
# A client's clock and ours agree, but a sleep may end a little early.
EARLY = 0.97


@dataclass
class Task:
    dialect: str
    task_id: str
    began: float
    ends: float
    bend: float
    hook: str = ""
    calls: int = 0
    asked_at: float = 0.0

    def phase(self, moment: float) -> int:
        """0 while it waits, 1 while it runs, 2 at its end."""
        if moment >= self.ends:
            return 2
        return int(moment >= self.began + 0.05 * (self.ends - self.began))

    def percent(self, moment: float) -> int:
        done = min((moment - self.began) / (self.ends - self.began), 1.0)
        return 100 if done == 1.0 else min(96, int(100 * done**self.bend / 4) * 4)


class TooOften(Exception):
    """A second look within the least gap."""


@dataclass
class Vendor:
    terms: dict[str, float] = field(
        default_factory=lambda: {"median": 60, "sigma": 0.35, "most": 120}
    )
    address: str = ""
    tasks: dict[str, Task] = field(default_factory=dict)
    gaps: dict[str, float] = field(default_factory=dict)
    too_often: dict[str, int] = field(default_factory=dict)
    luck: random.Random = field(default_factory=lambda: random.Random(7))
    under_way: set[Any] = field(default_factory=set)

    def make(self, dialect: str, *, hook: str = "") -> Task:
        moment = time.time()
        task = Task(
            dialect=dialect,
            task_id=f"{dialect}-{len(self.tasks):08d}-{self.luck.getrandbits(32):08x}",
            began=moment,
            ends=moment + self.seconds(),
            bend=self.luck.uniform(0.55, 1.7),
            hook=hook,
            calls=1,
        )
        self.tasks[task.task_id] = task
        if hook:
            asyncio.get_running_loop().call_later(task.ends - moment, self._end, task)
        return task

    def seconds(self) -> float:
        while True:
            drawn = self.terms["median"] * self.luck.lognormvariate(0, self.terms["sigma"])
            if drawn <= self.terms["most"]:
                return drawn

    def look(self, task_id: str, *, result: bool) -> tuple[Task, float] | None:
        """The task and now; fetching a `result` is a call, but no look. Raises TooOften."""
        task, moment = self.tasks.get(task_id), time.time()
        if task is None:
            return None
        task.calls += 1
        if result:
            return task, moment
        gap, task.asked_at = moment - task.asked_at, moment
        if gap < self.gaps.get(task.dialect, 0.0) * EARLY:
            self.too_often[task.dialect] = self.too_often.get(task.dialect, 0) + 1
            raise TooOften
        return task, moment

    def _end(self, task: Task) -> None:
        task.ends = time.time()  # timers are late, and it ends when we say so
        call = asyncio.ensure_future(call_back(task))
        self.under_way.add(call)
        call.add_done_callback(self.under_way.discard)


async def call_back(task: Task) -> None:
    """fal's own callback, signed."""
    place, moment = urlsplit(task.hook), str(int(time.time()))
    body = json.dumps({"request_id": task.task_id, "status": "OK", "payload": clip(task)}).encode()
    said = "\n".join([task.task_id, "stub", moment, hashlib.sha256(body).hexdigest()])
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Fal-Webhook-Request-Id: {task.task_id}\r\nX-Fal-Webhook-User-Id: stub\r\n"
        f"X-Fal-Webhook-Timestamp: {moment}\r\n"
        f"X-Fal-Webhook-Signature: {KEY.sign(said.encode()).hex()}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer[:20]:
        print(f"callback refused: {answer[:200]!r}", file=sys.stderr, flush=True)


def clip(task: Task) -> dict[str, Any]:
    return {"video": {"url": f"http://127.0.0.1:9/{task.task_id}.mp4", "content_type": "video/mp4"}}


def answer(vendor: Vendor, method: str, target: str, body: bytes) -> tuple[int, Any]:
    """Status and JSON of one call; vendors are told apart by the ends of their paths."""
    place = urlsplit(target)
    parts = [part for part in place.path.split("/") if part]
    if parts[-1].startswith("_"):
        return control(vendor, parts[-1], parse_qs(place.query), body)
    if parts[-1] == "jwks.json":
        raw = base64.urlsafe_b64encode(KEY.public_key().public_bytes_raw()).decode().rstrip("=")
        return 200, {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": raw}]}
    if method == "POST":
        return 200, created(vendor, parts)
    task_id = parts[parts.index("requests") + 1] if "requests" in parts else parts[-1]
    try:
        seen = vendor.look(task_id, result="requests" in parts and parts[-1] != "status")
    except TooOften:
        return 429, {"error": {"message": "poll less often"}}
    if seen is None:
        return 404, {"error": {"message": "not found"}}
    return told(*seen, parts)


def created(vendor: Vendor, parts: list[str]) -> dict[str, Any]:
    if parts[-1] == "videos":
        return video(vendor.make("sora"), time.time())
    if parts[-1] in ("text_to_video", "image_to_video"):
        return {"id": vendor.make("runway").task_id}
    task = vendor.make("fal")
    base = f"{vendor.address}/{'/'.join(parts[:2])}/requests/{task.task_id}"
    urls = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
    return {"status": "IN_QUEUE", "request_id": task.task_id, "queue_position": 0, **urls}


def told(task: Task, moment: float, parts: list[str]) -> tuple[int, Any]:
    phase = task.phase(moment)
    word = WORDS[task.dialect][phase]
    if task.dialect == "sora":
        return 200, video(task, moment)
    if task.dialect == "runway":
        made = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(task.began))
        # No progress: whoever waits for this vendor is to get by without.
        output = {"output": [clip(task)["video"]["url"]]} if phase == 2 else {}
        return 200, {"id": task.task_id, "status": word, "createdAt": made, **output}
    body: dict[str, Any]
    if parts[-1] == "status":
        body = {"status": word, "request_id": task.task_id, "queue_position": 0, "logs": None}
        return 202 if phase < 2 else 200, {**body, "metrics": {}}
    return (200, clip(task)) if phase == 2 else (400, {"detail": "Request is still in progress"})


def video(task: Task, moment: float) -> dict[str, Any]:
    return {
        "id": task.task_id,
        "object": "video",
        "model": "sora-2",
        "status": WORDS["sora"][task.phase(moment)],
        "progress": task.percent(moment),
        "seconds": "4",
        "size": "1280x720",
        "created_at": int(task.began),
    }


def control(vendor: Vendor, name: str, asked: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
    given = json.loads(body or b"{}")
    if name == "_terms":
        if "dialect" in given:
            vendor.gaps[given.pop("dialect")] = given.pop("least_gap")
        vendor.terms |= given
    elif name == "_make":
        hooks = given.get("hooks") or [""] * given["count"]
        made = [vendor.make(given["dialect"], hook=hook) for hook in hooks]
        return 200, [[task.task_id, task.began] for task in made]
    elif name == "_durations":
        return 200, [vendor.seconds() for _ in range(given["count"])]
    elif name == "_tasks":
        wanted = asked["dialect"][0]
        rows = [t for t in vendor.tasks.values() if t.dialect == wanted]
        return 200, {
            "tasks": {t.task_id: [t.began, t.ends, t.calls] for t in rows},
            "too_often": vendor.too_often.get(wanted, 0),
        }
    return 200, {}


class Wire(asyncio.Protocol):
    def __init__(self, vendor: Vendor) -> None:
        self._vendor, self._read = vendor, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end].decode("latin-1")
            length = 0
            for line in head.split("\r\n")[1:]:
                if line[:15].lower() == "content-length:":
                    length = int(line[15:])
            if len(self._read) < end + 4 + length:
                return
            body = self._read[end + 4 : end + 4 + length]
            self._read = self._read[end + 4 + length :]
            method, target, _ = head.split(" ", 2)
            self._reply(*answer(self._vendor, method, target, body))

    def _reply(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


async def serve() -> None:
    vendor = Vendor()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Wire(vendor), "127.0.0.1", 0, backlog=4096)
    vendor.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(f"listening on {vendor.address}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, most), most))
    asyncio.run(serve())
