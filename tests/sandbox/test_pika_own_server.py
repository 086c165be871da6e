"""Pika's own API over HTTP: replays, conflicts, content and uploads."""

import io
import time

import httpx
import pytest
from PIL import Image

from footage.probe import probe
from sandbox.keys import PIKA_KEY

TEXT = "/v1/media/pika/pika-2.5/text-to-video"
IMAGE = "/v1/media/pika/pika-2.5/image-to-video"


@pytest.fixture
def pika(sandbox):
    with httpx.Client(base_url=sandbox.url("/pika"), headers={"X-API-Key": PIKA_KEY}) as client:
        yield client


def create(pika, *, path=TEXT, key="job-42-attempt-1", **body):
    sent = {"prompt": "a red kite", "duration_s": 5, "resolution": "720p", **body}
    return pika.post(path, headers={"Idempotency-Key": key}, json=sent)


def ended(pika, job_id, *, patience=90):
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        job = pika.get(f"/v1/media/jobs/{job_id}").json()
        if job["status"] in ("completed", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job_id} did not end")


def test_create_to_a_playable_file_and_a_bill(pika, sandbox, tmp_path):
    made = create(pika).json()
    assert made == {"id": made["id"], "status": "queued", "error": None, "output": None}
    assert pika.get(f"/v1/media/jobs/{made['id']}/content").status_code == 409
    job = ended(pika, made["id"])
    assert job["output"]["media_type"] == "video"
    assert (job["output"]["video"]["width"], job["output"]["video"]["height"]) == (1280, 720)
    clip = tmp_path / "clip.mp4"
    url = pika.get(f"/v1/media/jobs/{made['id']}/content").json()["url"]
    clip.write_bytes(httpx.get(url).content)
    assert probe(clip).seconds == 5.0
    (line,) = sandbox.invoice()
    assert (line["client_ref"], line["amount"]) == ("job-42-attempt-1", "0.20")
    assert pika.get("/billing/balance").json()["balance_micro_usd"] == 999_800_000
    assert pika.get("/billing/spend/daily").json()["days"][0]["spend_micro_usd"] == 200_000


def test_same_key_and_body_is_the_same_job(pika, sandbox):
    assert create(pika).json()["id"] == create(pika).json()["id"]
    assert len(sandbox.tasks()) == 1


def test_lost_answer_is_replayed(pika, sandbox):
    prompt = "kite [[sandbox: lost-response]]"
    with pytest.raises(httpx.RemoteProtocolError):
        create(pika, prompt=prompt)
    again = create(pika, prompt=prompt)
    assert again.status_code == 200
    assert [task["task_id"] for task in sandbox.tasks()] == [again.json()["id"]]


def test_same_key_with_another_body_is_a_conflict(pika, sandbox):
    create(pika)
    assert create(pika, prompt="another").status_code == 409
    assert len(sandbox.tasks()) == 1


def test_moderation_is_a_failed_job_at_once_and_stays_so(pika, sandbox):
    prompt = "kite [[sandbox: fail=moderation]]"
    first, again = create(pika, prompt=prompt).json(), create(pika, prompt=prompt).json()
    assert first == again
    assert (first["status"], first["error"]["code"]) == ("failed", "content_moderation")
    assert sandbox.invoice() == []


@pytest.mark.parametrize(
    ("directive", "status"), [("fail=invalid", 422), ("rate-limit=1", 429), ("fail=credits", 200)]
)
def test_refusing_directives(pika, sandbox, directive, status):
    answer = create(pika, prompt=f"kite [[sandbox: {directive}]]")
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["error"]["code"] == "insufficient_balance"
    assert sandbox.tasks() == []
    assert sandbox.invoice() == []


def test_refusals_carry_a_message(pika, sandbox):
    assert create(pika, path="/v1/media/pika/none").status_code == 404
    assert create(pika, duration_s=10).status_code == 422
    assert pika.get("/v1/media/jobs/none").json() == {"message": "No such job."}
    url = sandbox.url("/pika" + TEXT)
    assert httpx.post(url, headers={"X-API-Key": "x"}, json={}).status_code == 401
    assert sandbox.tasks() == []


def test_fal_and_own_jobs_do_not_see_each_other(pika, sandbox):
    made = create(pika).json()
    headers = {"Authorization": "Key sandbox-id:sandbox-secret"}
    url = sandbox.url(f"/pika/fal-ai/pika/requests/{made['id']}/status")
    assert httpx.get(url, headers=headers).status_code == 404


def test_upload_takes_exactly_the_granted_headers(pika, sandbox):
    target = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(target, "PNG")
    content = target.getvalue()
    wanted = {"content_type": "image/png", "size_bytes": len(content)}
    grant = pika.post("/v1/media/uploads", json=wanted).json()
    bare = httpx.put(grant["upload_url"], content=content)
    with_key = pika.put(grant["upload_url"], content=content, headers=grant["headers"])
    assert (bare.status_code, with_key.status_code) == (403, 403)
    good = httpx.put(grant["upload_url"], content=content, headers=grant["headers"])
    assert good.status_code == 200
    made = create(pika, path=IMAGE, image=grant["url"]).json()
    assert ended(pika, made["id"])["status"] == "completed"


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"content_type": "image/png", "size_bytes": 21 * 1024 * 1024}, 413),
        ({"content_type": "text/html", "size_bytes": 5}, 415),
        ({"content_type": "image/png"}, 422),
    ],
)
def test_upload_refusals(pika, wanted, status):
    assert pika.post("/v1/media/uploads", json=wanted).status_code == status


def test_catalogue_record(pika):
    record = pika.get("/catalog/apis/pika/pika-2.5/text-to-video?expand=inputs").json()
    assert record["path"] == TEXT
