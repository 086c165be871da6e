"""What nobody should send, and what each of it is answered: (name, call, status, attr, words)."""

import io
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

GENERATE = "ai-video/generate"
BATCH = "ai-video/batch-generate"
UPLOADS = "ai-video/uploads"
GOOD = {"prompt": "A lake at dawn, slow pan", "quality": "draft", "duration": 5}
ANIMATE = {"prompt": "Slow zoom in", "mode": "image_to_video", "duration": 5}
UPLOAD_FIRST = "Upload the picture first"


@dataclass(frozen=True)
class Case:
    """`attr` and `words` are looked for in the one error; None where they do not matter."""

    name: str
    status: int
    method: str = "POST"
    path: str = GENERATE
    body: Any = None
    raw: bytes | None = None
    key: str = "own"
    headers: dict[str, str] = field(default_factory=dict)
    attr: str | None = None
    words: str | None = None


def generate(name: str, attr: str, words: str | None = None, **change: Any) -> Case:
    return Case(name, 400, body={**GOOD, **change}, attr=attr, words=words)


def picture(name: str, image_path: str, words: str | None = UPLOAD_FIRST) -> Case:
    body = {**ANIMATE, "image_path": image_path}
    return Case(name, 400, body=body, attr="image_path", words=words)


def upload(name: str, content: bytes, words: str | None, *, status: int = 400) -> Case:
    mark = b"--7d3f"
    head = b'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
    kind = b"Content-Type: image/jpeg\r\n\r\n"
    form = mark + b"\r\n" + head + kind + content + b"\r\n" + mark + b"--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=7d3f"}
    return Case(name, status, path=UPLOADS, raw=form, headers=headers, words=words)


def huge_png(width: int, height: int) -> bytes:
    """A black one-bit picture: half a billion pixels in some 60 KB."""

    def chunk(name: bytes, body: bytes) -> bytes:
        whole = name + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def encoded(form: str, size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form, **options)
    return out.getvalue()


RANGE = "A clip is 3 to 20 seconds long"
FIELDS = [
    generate("no prompt", "prompt", "Describe the scene", prompt=None),
    generate("an empty prompt", "prompt", "Describe the scene", prompt=""),
    generate("a blank prompt", "prompt", "Describe the scene", prompt=" \n\t "),
    generate("a prompt of another type", "prompt", "Send a text.", prompt=["a", "b"]),
    generate("a prompt too long", "prompt", "4000", prompt="x" * 4001),
    generate("a prompt with a NUL", "prompt", None, prompt="a\x00b"),
    generate("only a directive", "prompt", "Describe", prompt="[[sandbox: stall]]"),
    generate("2 seconds", "duration", RANGE, duration=2),
    generate("21 seconds", "duration", RANGE, duration=21),
    generate("no seconds", "duration", RANGE, duration=0),
    generate("seconds below nothing", "duration", RANGE, duration=-5),
    generate("half seconds", "duration", "whole number", duration=5.5),
    generate("seconds in quotes", "duration", "whole number", duration="5"),
    generate("seconds beyond number", "duration", None, duration=10**30),
    generate("15 s, which no offer makes", "duration", "Sora up to 20 s", duration=15),
    generate("an unknown ratio", "aspect_ratio", "16:9, 9:16, 1:1, 4:5", aspect_ratio="2:1"),
    generate("an unknown tier", "quality", "draft, standard, high, master", quality="best"),
    generate("an unknown provider", "provider", "runway", provider="luma"),
    generate("an unknown style", "style", "cinematic", style="noir"),
    generate("an unknown mode", "mode", "text_to_video", mode="audio"),
    generate("a cap of nothing", "max_cost", "above 0", max_cost=0),
    generate("a cap below nothing", "max_cost", "above 0", max_cost=-1),
    generate("a cap that nothing fits", "max_cost", None, max_cost=0.01),
    generate("a cap in quotes", "max_cost", "0.25", max_cost="1"),
    generate("a seed below nothing", "seed", None, seed=-1),
    generate("a flag in quotes", "enable_fallback", "true or false", enable_fallback="yes"),
    generate("51 pairs", "metadata", "50", metadata={f"n{i}": "x" for i in range(51)}),
    generate("metadata of numbers", "metadata", "text", metadata={"a": 1}),
    generate("a misspelt field", "qualty", "Did you mean quality?", qualty="draft"),
    generate("a state of one's own", "state", "Unknown field", state="completed"),
    generate("a cost of one's own", "estimated_cost", "Unknown", estimated_cost=0),
    generate("an unknown campaign", "campaign", "Autumn", campaign="Autumn"),
    generate("a webhook without TLS", "webhook_url", None, webhook_url="http://example.com/"),
    generate("a webhook to a disk", "webhook_url", None, webhook_url="file:///etc/passwd"),
    generate("a webhook inside", "webhook_url", None, webhook_url="https://10.0.0.1/"),
    generate("a picture for text", "image_path", "image_to_video", image_path="asset_x"),
]
PICTURES = [
    Case("image mode without a picture", 400, body=ANIMATE, attr="image_path"),
    picture("a path upwards", "../../../etc/passwd"),
    picture("a path from the root", "/etc/passwd"),
    picture("a path into the product", "var/secret_key"),
    picture("a path out of the uploads", "uploads/../../secret_key"),
    picture("a file address", "file:///etc/passwd"),
    picture("a share", "\\\\host\\share\\x.png"),
    picture("a name with a NUL", "uploads/a.png\x00.jpg", None),
    picture("data in the address", "data:image/png;base64,AAAA"),
    picture("an id that nobody has", "asset_" + "0" * 20),
    picture("plain http", "http://example.com/x.png", "https://"),
    picture("this machine", "https://127.0.0.1/x.png", None),
    picture("this machine by name", "https://localhost/x.png", None),
    picture("this machine by number", "https://2130706433/x.png", None),
    picture("this machine in IPv6", "https://[::1]/x.png", None),
    picture("IPv4 in IPv6", "https://[::ffff:127.0.0.1]/x.png", None),
    picture("a private network", "https://192.168.1.10/x.png", None),
    picture("a cloud's own data", "https://169.254.169.254/latest/meta-data/", None),
    picture("another port", "https://93.184.215.14:8443/x.png", None),
    picture("a name and password", "https://user:pw@example.com/x.png", None),
]
UPLOADED = [
    upload("a text file named .jpg", b"Dear Sir or Madam, " * 40, None),
    upload("a page named .jpg", b"<html><script>alert(1)</script></html>", None),
    upload("an SVG named .jpg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', None),
    upload("500 megapixels", huge_png(25000, 20000), "megapixels"),
    upload("a picture cut off", encoded("JPEG")[:700], None),
    upload("a tiny picture", encoded("PNG", (10, 10)), None),
    upload("an empty file", b"", None),
    upload("21 MB", encoded("JPEG") + bytes(21_000_000), "20 MB", status=413),
    Case("an upload of nothing", 400, path=UPLOADS, body={}),
    Case("an upload from inside", 400, path=UPLOADS, body={"url": "https://10.1.2.3/x.png"}),
]
BATCHES = [
    Case("no prompts", 400, path=BATCH, body={"prompts": []}, attr="prompts"),
    Case("1,001 prompts", 400, path=BATCH, body={"prompts": ["x"] * 1001}, attr="prompts"),
    Case("a blank among them", 400, path=BATCH, body={"prompts": ["a", " "]}, attr="prompts.1"),
    Case("a number among them", 400, path=BATCH, body={"prompts": ["a", 7]}, attr="prompts.1"),
    Case(
        "a hero who is not there",
        400,
        path=BATCH,
        body={"prompts": ["a"], "hero_indexes": [3]},
        attr="hero_indexes",
    ),
]
BODIES = [
    Case("no JSON", 400, raw=b"prompt=hello"),
    Case("half of it", 400, raw=b'{"prompt": "a'),
    Case("a list", 400, raw=b"[1, 2]"),
    Case("nothing", 400, raw=b""),
    Case("not a number", 400, raw=b'{"prompt": "a", "duration": NaN}'),
    Case("half a character", 400, raw=b'{"prompt": "\\ud800"}'),
    Case("not UTF-8", 400, raw=b'{"prompt": "\xff\xfe"}'),
    Case("20,000 brackets", 400, raw=b"[" * 20000),
    Case("a body of 2 MB", 413, raw=b'{"prompt": "' + b"x" * 2_000_000 + b'"}'),
    Case("a form", 415, raw=b"prompt=x", headers={"Content-Type": "text/plain"}),
]
CALLERS = [
    Case("no key", 401, body=GOOD, key="none"),
    Case("a wrong key", 401, body=GOOD, key="wrong"),
    Case("half a key", 401, body=GOOD, key="half"),
    Case("an expired key", 401, body=GOOD, key="expired"),
    Case("a revoked key", 401, body=GOOD, key="revoked"),
    Case("a key that only reads", 403, body=GOOD, key="reader"),
    Case("a live key without providers", 400, body=GOOD, key="live"),
    Case("somebody else's picture", 400, body="foreign picture", attr="image_path"),
    Case("somebody else's job", 404, method="GET", path="ai-video/status/{job}"),
    Case("cancelling somebody else's job", 404, path="ai-video/cancel/{job}"),
    Case("repeating somebody else's job", 404, path="ai-video/jobs/{job}/retry"),
    Case("somebody else's asset", 404, method="GET", path="ai-video/assets/{asset}"),
]
PLACES = [
    Case("a job that nobody has", 404, method="GET", path="ai-video/status/job_nothing"),
    Case("a path for an id", 404, method="GET", path="ai-video/status/..%2f..%2fetc"),
    Case("no such address", 404, method="GET", path="ai-video/nothing"),
    Case("another method", 405, method="GET", path=GENERATE),
    Case("deleting a job", 405, method="DELETE", path="ai-video/jobs/{job}"),
    Case("an estimate of nothing", 400, method="GET", path="ai-video/estimate-cost?duration=0"),
    Case("a bad cursor", 400, method="GET", path="ai-video/jobs?cursor=%00"),
    Case("a key too long", 400, body=GOOD, headers={"Idempotency-Key": "k" * 300}),
    Case("a callback for nobody", 404, path="../hooks/kling/test/nobody", body={}, key="none"),
]
CASES = [*FIELDS, *PICTURES, *UPLOADED, *BATCHES, *BODIES, *CALLERS, *PLACES]
