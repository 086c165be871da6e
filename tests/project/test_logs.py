import json
import logging
import stat
import sys

import pytest

from aivideo_project import logs

KEY = "key_" + "7c" * 20


def record(message, *args, error=None, **extra):
    made = logging.LogRecord("desk", logging.INFO, __file__, 1, message, args, error)
    made.created = 1763769600.5
    made.__dict__.update(extra)
    return made


def failing(text):
    try:
        raise ValueError(text)
    except ValueError:
        return sys.exc_info()


def plain(*secrets):
    return logs.PlainFormatter(mask=logs.Mask(secrets))


def test_a_fact_is_one_line_with_its_extras_as_keys():
    line = plain().format(record("sent to %s", "runway", job=12, why="two words"))
    assert line == ('2025-11-22T00:00:00.500+00:00 INFO desk sent to runway job=12 why="two words"')


def test_a_line_break_in_a_message_cannot_forge_a_second_fact():
    line = plain().format(record("prompt %s", "a\n2026 ERROR desk forged"))
    assert "\n" not in line
    assert r"a\n2026 ERROR desk forged" in line


def test_a_traceback_follows_indented_and_its_last_line_is_a_key():
    first, *rest = plain().format(record("broke", error=failing("no such clip"))).splitlines()
    assert first.endswith('INFO desk broke error="ValueError: no such clip"')
    assert rest and all(line.startswith("    ") for line in rest)


def test_json_holds_the_same():
    line = logs.JsonFormatter(mask=logs.Mask([])).format(record("sent", job=12))
    assert json.loads(line) == {
        "at": "2025-11-22T00:00:00.500+00:00",
        "level": "INFO",
        "logger": "desk",
        "message": "sent",
        "job": 12,
    }


@pytest.mark.parametrize("formatter", [logs.PlainFormatter, logs.JsonFormatter])
def test_secrets_are_hidden_by_value_in_message_extra_and_traceback(formatter):
    ours = "aiv_live_0123456789_abcdefghijklmnopqrstuvwxyz"
    line = formatter(mask=logs.Mask([KEY])).format(
        record("sent %s with %s", KEY, ours, header=f"Bearer {KEY}", error=failing(f"bad {KEY}"))
    )
    assert KEY not in line
    assert ours not in line
    assert line.count("[hidden]") >= 4


@pytest.mark.parametrize("formatter", [logs.PlainFormatter, logs.JsonFormatter])
@pytest.mark.parametrize("secret", ['pass"word\\of-ours', "täglich\tneu-gewählt"])
def test_a_secret_with_quotes_is_hidden_where_they_are_escaped(formatter, secret):
    line = formatter(mask=logs.Mask([secret])).format(record("sent", header=f"Basic {secret}"))
    assert "of-ours" not in line and "gewählt" not in line
    assert "Basic [hidden]" in line


def test_a_secret_is_hidden_in_an_address_too():
    assert logs.Mask(["id-of-fal:secret"])("?key=id-of-fal%3Asecret") == "?key=[hidden]"


def test_short_values_hide_nothing_and_the_mask_shows_no_secret():
    mask = logs.Mask(["", "fal", KEY])
    assert mask("the fal queue") == "the fal queue"
    assert repr(mask) == "Mask(1 values)"


def test_the_file_is_ours_alone_and_appended_to(tmp_path):
    path = tmp_path / "log"
    for text in ("one", "two"):
        handler = logs.log_file(str(path))
        handler.setFormatter(plain())
        handler.emit(record(text))
        handler.close()
    assert [line.split()[-1] for line in path.read_text().splitlines()] == ["one", "two"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_a_warning(tmp_path, capsys):
    handler = logs.log_file(str(tmp_path / "missing" / "log"))
    assert isinstance(handler, logging.NullHandler)
    assert capsys.readouterr().err.startswith("WARNING The log file cannot be written")


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path, capsys):
    target = tmp_path / "target"
    (tmp_path / "log").symlink_to(target)
    assert isinstance(logs.log_file(str(tmp_path / "log")), logging.NullHandler)
    assert not target.exists()


def test_the_health_check_is_no_error_of_the_request_log(rf):
    assert not logs.not_of_health(record("503", request=rf.get("/healthz")))
    assert logs.not_of_health(record("503", request=rf.get("/")))
    assert logs.not_of_health(record("no request at all"))
