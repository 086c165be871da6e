"""The example that checks a signature, and the body it is shown beside."""

import json
from datetime import UTC, datetime

from generation.models import Job, Notice
from generation.notices import secret_for
from generation.notices.outbox import body_of, job_data
from generation.notices.signing import headers_of
from tests.docs.book import blocks

ENDED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def notice():
    job = Job(uid="job_…", state="completed", ended_at=ENDED, metadata={})
    body = body_of("job.completed", at=ENDED, data=job_data(job))
    return Notice(event_uid="evt_1", workspace_id=1, kind="job.completed", body=body)


def example():
    [block] = [block for block in blocks("python") if "webhook-signature" in block.text]
    names = {}
    exec(compile(block.text, str(block), "exec"), names)  # noqa: S102 - our own page
    return names["is_ours"]


def test_it_takes_ours_and_nothing_else():
    sent = notice()
    body = sent.body.encode()
    headers = headers_of(sent, body, at=ENDED)
    is_ours, secret = example(), secret_for(1)
    assert is_ours(headers, body, secret=secret)
    assert not is_ours(headers, body + b" ", secret=secret)
    assert not is_ours(headers, body, secret=secret_for(2))
    assert not is_ours({**headers, "webhook-timestamp": "1"}, body, secret=secret)


def test_the_body_is_as_printed():
    [block] = [block for block in blocks("json") if "job.completed" in block.text]
    assert json.loads(block.text) == json.loads(notice().body)
