import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from django.conf import settings; print(repr(settings.{name}))"


def names_read():
    """Every variable that settings.py reads, through any function of environment.py."""
    tree = ast.parse((ROOT / "aivideo_project/settings.py").read_text())
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "env" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


def examples():
    text = (ROOT / ".env.example").read_text()
    return re.findall(r"^([A-Z_0-9]+)=", text, re.MULTILINE)


def start(tmp_path, name="PORT", **variables):
    """Load the settings in a process of their own."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "DATA_DIR": str(tmp_path / "data"),
        "ENV_FILE": os.devnull,
        **variables,
    }
    argv = [sys.executable, "-c", SHOW.format(name=name)]
    return subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_every_setting_is_documented_once_and_no_other():
    assert sorted(examples()) == sorted(set(names_read()))


def test_every_setting_is_explained():
    lines = (ROOT / ".env.example").read_text().splitlines()
    above = dict(zip(lines[1:], lines, strict=False))
    for line in lines:
        if re.match(r"^[A-Z_0-9]+=", line):
            explained = above[line].startswith("# ") or re.match(r"^[A-Z_0-9]+=", above[line])
            assert explained, f"{line} has no explanation above it"


def test_only_settings_reads_the_environment():
    rooms = ("accounts", "providers", "generation", "campaigns", "footage", "aivideo_project")
    reads = re.compile(r"os\.(environ(\.get|\[)|getenv)|from os import .*(environ|getenv)")
    found = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if reads.search(path.read_text())
    ]
    assert found == ["aivideo_project/environment.py"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eighty", "PORT must be a whole number, not 'eighty'."),
        ("PORT", "0", "PORT must be between 1 and 65535, not 0."),
        ("SANDBOX_PORT", "70000", "SANDBOX_PORT must be between 1 and 65535, not 70000."),
        ("DEBUG", "perhaps", "DEBUG must be true or false, not 'perhaps'."),
        ("HTTPS_ONLY", "2", "HTTPS_ONLY must be true or false, not '2'."),
        ("PUBLIC_BASE_URL", "desk", "PUBLIC_BASE_URL must begin with http:// or https://"),
        ("RUNWAY_BASE_URL", "ftp://x", "RUNWAY_BASE_URL must begin with http:// or https://"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must be a sqlite:// or postgres:// address."),
        ("DATABASE_URL", "nothing", "DATABASE_URL"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 40 characters."),
        ("PIKA_TRANSPORT", "pigeon", "PIKA_TRANSPORT must be one of fal, pika, not 'pigeon'."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be one of plain, json, not 'xml'."),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not 'LOUD'."),
        ("SWEEP_SECONDS", "0", "SWEEP_SECONDS must be between 1 and 300, not 0."),
        ("MEDIA_LINK_SECONDS", "5", "MEDIA_LINK_SECONDS must be between 10 and 86400, not 5."),
        ("WEB_WORKERS", "none", "WEB_WORKERS must be a whole number, not 'none'."),
        ("WEB_THREADS", "0", "WEB_THREADS must be between 1 and 256, not 0."),
        ("WORKER_THREADS", "1", "WORKER_THREADS must be between 2 and 256, not 1."),
        ("TRUSTED_PROXIES", "9", "TRUSTED_PROXIES must be between 0 and 5, not 9."),
        ("API_KEY_PEPPERS", "short", "API_KEY_PEPPERS must be number:value pairs"),
        ("RUNWAY_API_KEY_FILE", "/no/such/file", "RUNWAY_API_KEY_FILE: cannot read /no/such/file"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(tmp_path, name, value, said):
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert f"django.core.exceptions.ImproperlyConfigured: {said}" in ended.stderr


def test_a_copy_of_the_example_starts_with_the_defaults(tmp_path):
    copy = tmp_path / "env"
    text = (ROOT / ".env.example").read_text()
    copy.write_text(text.replace("DATA_DIR=var", f"DATA_DIR={tmp_path / 'data'}"))
    ended = start(tmp_path, name="PUBLIC_BASE_URL", ENV_FILE=str(copy), PORT="8200")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "'http://127.0.0.1:8200'\n", "")


def test_a_value_can_stand_in_a_file_of_its_own(tmp_path):
    (tmp_path / "port").write_text("8300\n")
    assert start(tmp_path, PORT_FILE=str(tmp_path / "port")).stdout == "8300\n"


@pytest.mark.parametrize("name", ["KLING_WEBHOOK_SECRET", "OPENAI_WEBHOOK_SECRET"])
def test_a_secret_of_callbacks_is_hidden_in_every_log_line(tmp_path, name):
    assert "'whsec_of_ours'" in start(tmp_path, name="SECRETS", **{name: "whsec_of_ours"}).stdout


def test_the_secret_key_is_made_once_and_readable_by_us_alone(tmp_path):
    first, second = (start(tmp_path, name="SECRET_KEY").stdout for _ in range(2))
    assert len(first) > 60
    assert first == second
    assert (tmp_path / "data/secret_key").stat().st_mode & 0o777 == 0o600
