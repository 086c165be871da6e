import re

import pytest

pytestmark = pytest.mark.django_db
LOGGER = "aivideo_project.request_log"


def test_each_answer_carries_an_id_of_its_own(client):
    first, second = (client.get("/metrics")["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


def test_a_callers_id_is_kept(client):
    given = "0d6f-trace-1"
    assert client.get("/metrics", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1", "id\nforged-line"])
def test_what_does_not_look_like_an_id_is_not(client, given):
    answer = client.get("/metrics", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_the_line_names_the_route_and_not_the_path(client, caplog):
    client.get("/admin/login/?next=/admin/secret-part")
    (line,) = [record for record in caplog.records if record.name == LOGGER]
    assert (line.method, line.route, line.status) == ("GET", "admin/login/", 302)
    assert "secret-part" not in str(vars(line))


def test_a_line_about_a_job_has_its_id(client, caplog):
    client.get("/api/ai-video/status/job_0123456789")
    client.get("/api/ai-video/providers")
    about, other = [record for record in caplog.records if record.name == LOGGER]
    assert (about.status, about.job) == (401, "job_0123456789")
    assert not hasattr(other, "job")


def test_health_and_metrics_are_not_worth_a_line(client, caplog):
    client.get("/metrics")
    assert [record for record in caplog.records if record.name == LOGGER] == []
