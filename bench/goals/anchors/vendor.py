"""`python -m bench.goals.anchors.vendor PORT [CLIP]`: a vendor that costs nothing to ask.

It speaks the videos part of OpenAI's API, ends every task at once, and counts what it is asked.
Each copy of the clip carries a mark of its own, as no two clips of a vendor are the same.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

counts: Counter[str] = Counter()
clip = b""


def answer(method: str, path: str, body: bytes) -> tuple[bytes, bytes]:
    """Media type and content for one request."""
    name = path.rstrip("/").partition("?")[0].rpartition("/")[2]
    if name == "_counts":
        told = dict(counts)
        counts.clear()
        return b"application/json", json.dumps(told).encode()
    if "/videos" not in path:
        counts["other"] += 1  # asked once a process, about no job: where callbacks go
        return b"application/json", b'{"object": "list", "data": []}'
    if name == "content":
        counts["content"] += 1
        # An MP4 may end in a box of any content that players pass over.
        return b"video/mp4", clip + (16).to_bytes(4, "big") + b"free%08d" % counts["content"]
    if method == "POST":
        counts["create"] += 1
        return b"application/json", video(f"video_{time.monotonic_ns():x}", "queued")
    counts["status"] += 1
    return b"application/json", video(name, "completed")


def video(name: str, status: str) -> bytes:
    done = 100 if status == "completed" else 0
    told = {"id": name, "object": "video", "status": status, "progress": done}
    made = {"created_at": int(time.time()), "model": "sora-2", "seconds": "4", "size": "1280x720"}
    return json.dumps({**told, **made}).encode()


class Desk(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._seen = transport, b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while self._one():
            pass

    def _one(self) -> bool:
        head, gap, rest = self._seen.partition(b"\r\n\r\n")
        if not gap:
            return False
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            body, done, rest = rest.partition(b"0\r\n\r\n")
            if not done:
                return False
        else:
            _, _, told = lower.partition(b"content-length:")
            length = int(told.split(b"\r\n")[0]) if told else 0
            if len(rest) < length:
                return False
            body, rest = rest[:length], rest[length:]
        self._seen = rest
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        kind, content = answer(method, path, body)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
            % (kind, len(content), content)
        )
        return True


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Desk, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        clip = Path(sys.argv[2]).read_bytes()
    asyncio.run(serve(int(sys.argv[1])))
