"""The step of a restore that calls planned attempts unknown, on a database from yesterday."""

import re

from generation.requests import build
from generation.vendors import adapter_of, send_for
from providers.base import run
from tests.docs.book import blocks
from tests.generation.conftest import (  # noqa: F401 - fixtures
    access,
    engine,
    sandbox,
    sandbox_process,
    shop,
    workspace,
)

[BLOCK] = [block for block in blocks("python") if block.info == "in-django"]


def restored():
    """Run the step as printed, as if the backup were of this moment."""
    text = re.sub(r"backup_at = datetime\(.*\)", "backup_at = datetime.now(UTC)", BLOCK.text)
    assert text != BLOCK.text
    exec(compile(text, str(BLOCK), "exec"), {})  # noqa: S102 - our own page


def test_what_was_sent_after_the_backup_is_found_and_not_sent_twice(engine):  # noqa: F811
    job = engine.ask("A lamp")
    attempt = job.attempts.get()
    # The vendor has it, and the database that came back knows nothing of the sending.
    steps = adapter_of(attempt).submit(build(attempt, job), client_ref=attempt.client_ref)
    task_id = run(steps, send_for(attempt)).task_id
    restored()
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed"
    assert engine.attempts(job) == [("pika", "succeeded")]
    assert job.attempts.get().task_id == task_id
    assert engine.sandbox.creates()["pika"] == {"accepted": 1}
    engine.assert_at_rest()


def test_what_was_never_sent_is_sent_once(engine):  # noqa: F811
    job = engine.ask("A chair")
    restored()
    engine.drive()
    assert engine.attempts(job) == [("pika", "not_accepted"), ("pika", "succeeded")]
    assert engine.sandbox.creates()["pika"] == {"accepted": 1}
    engine.assert_at_rest()
