"""Every block is what it says it is."""

import ast
import json
import subprocess
import tomllib

import pytest

from tests.docs.book import blocks

LANGUAGES = {"bash", "console", "python", "json", "toml"}
# What starts, installs or copies everything cannot run inside a test of itself: `make run` and
# the supervisor have tests/project/test_make_run.py, backup and restore have
# tests/e2e/test_backup_drill.py, the rest is programs of other people.
PROGRAMS = {"git", "make", "pg_dump", "pg_restore", "cp", "mkdir"}
OF_OURS = {".venv/bin/python", ".venv/bin/celery"}


def named(language):
    return pytest.mark.parametrize("block", blocks(language), ids=str)


def test_every_block_says_its_language():
    strange = [str(block) for block in blocks() if block.language not in LANGUAGES]
    assert strange == []


@named("json")
def test_json_parses(block):
    json.loads(block.text)


@named("toml")
def test_toml_parses(block):
    tomllib.loads(block.text)


@named("python")
def test_python_compiles(block):
    compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@named("bash")
def test_bash_parses(block):
    read = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True)
    assert read.stderr == ""


@named("console")
def test_console_lines_name_known_programs(block):
    for line in block.text.splitlines():
        assert line.startswith("$ "), line
        for command in line[2:].split(" && "):
            program = command.split()[0]
            assert program in PROGRAMS | OF_OURS | {"cd"}, command
