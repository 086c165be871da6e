"""What the engine counts while it works: ends, how late looks are, and every call to a vendor."""

from prometheus_client import REGISTRY


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def calls(verb: str, outcome: str = "good") -> float:
    labels = {"provider": "pika", "mode": "test", "verb": verb, "outcome": outcome}
    return value("aivideo_vendor_call_seconds_count", **labels)


def ended(state: str) -> float:
    return value("aivideo_jobs_ended_total", mode="test", state=state)


def test_a_clip_counts_one_create_one_fetch_each_look_and_its_end(
    engine, django_capture_on_commit_callbacks
):
    before = {verb: calls(verb) for verb in ("create", "fetch", "poll")}
    looked, completed = value("aivideo_look_late_seconds_count"), ended("completed")
    with django_capture_on_commit_callbacks(execute=True):
        job = engine.run("A kite over the dunes")
    assert job.state == "completed"
    assert calls("create") - before["create"] == 1
    assert calls("fetch") - before["fetch"] == 1
    assert calls("poll") - before["poll"] >= 1
    assert value("aivideo_look_late_seconds_count") - looked >= 1
    assert ended("completed") - completed == 1


def test_a_lost_answer_counts_as_none_and_the_search_for_it_as_a_find(engine):
    lost, found = calls("create", "no_answer"), calls("find")
    engine.run("A lake [[sandbox: only=pika lost-response]]")
    assert calls("create", "no_answer") - lost == 1
    assert calls("find") - found >= 1


def test_a_line_about_a_lost_answer_has_the_jobs_id(engine, caplog):
    job = engine.run("A river [[sandbox: only=pika lost-response]]")
    [line] = [r for r in caplog.records if r.getMessage().startswith("create_unknown ")]
    assert line.job == job.uid


def test_an_end_that_is_undone_is_not_counted(engine, django_capture_on_commit_callbacks):
    failed = ended("failed")
    with django_capture_on_commit_callbacks(execute=False):
        engine.run("A storm [[sandbox: only=pika moderated]]")
    assert ended("failed") == failed
