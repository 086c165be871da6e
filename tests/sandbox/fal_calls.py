"""Calls that the tests of the fal queue share."""

import base64
import io
import time

import httpx
from PIL import Image

from sandbox.keys import FAL_KEY

TEXT = "/fal-ai/pika/v2.2/text-to-video"
IMAGE = "/fal-ai/pika/v2.2/image-to-video"


def fal_calls(sandbox):
    """A client with the sandbox's key and base address."""
    headers = {"Authorization": f"Key {FAL_KEY}"}
    return httpx.Client(base_url=sandbox.url("/pika"), headers=headers, timeout=90)


def submit(fal, *, path=TEXT, params=None, headers=None, **body):
    sent = {"prompt": "a red kite", "duration": "3", **body}
    return fal.post(path, params=params, headers=headers, json=sent)


def completed(fal, request_id, *, patience=90):
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        answer = fal.get(f"/fal-ai/pika/requests/{request_id}/status")
        if answer.status_code == 200:
            return answer.json()
        assert answer.status_code == 202
        time.sleep(0.05)
    raise AssertionError(f"{request_id} did not end")


def result(fal, request_id):
    return fal.get(f"/fal-ai/pika/requests/{request_id}")


def picture(width=640, height=800):
    target = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, "PNG")
    return target.getvalue()


def as_data_uri(content):
    return "data:image/png;base64," + base64.b64encode(content).decode()
