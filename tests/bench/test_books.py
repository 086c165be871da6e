"""The books that measurements run over keep every column and invariant of the product."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
NAME = "books_of_a_bench"


@pytest.fixture
def empty_database(django_db_blocker):
    """The address of a database of its own, beside the one that the tests have."""
    if connection.vendor != "postgresql":
        pytest.skip("the books are filled by PostgreSQL's own statements")
    server = os.environ["TEST_DATABASE_URL"].rpartition("/")[0]
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
        yield f"{server}/{NAME}"
        cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@pytest.mark.both_databases
def test_books_of_a_few_hundred_jobs_agree_with_themselves(empty_database, tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": empty_database,
        "RING_THE_BELL": "false",
        "AIVIDEO_LOG_FILE": os.devnull,
    }

    def ours(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    assert '"jobs": 400' in ours("-m", "bench.books", "400")
    ours("manage.py", "check_money")
    ours("manage.py", "check_rollups")
