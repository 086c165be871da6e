"""`make test`: the checks, then every test on SQLite, and on PostgreSQL what touches it.

Both run at the same time, each with a data folder of its own. PostgreSQL's output comes first,
so that the whole ends with pytest's line for the complete suite. The exit code is the worst.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import services

PYTEST = [sys.executable, "-m", "pytest"]
# What never touches the product's database has nothing to say about another one.
NO_DATABASE = ("docs", "footage", "pro", "sandbox")


def main() -> int:
    code = subprocess.call(["make", "--no-print-directory", "check"])
    try:
        print(f"Browser: {services.chromium()}", flush=True)
        with services.postgres() as database, services.redis() as broker:
            print(f"Database: {database.what}, besides SQLite", flush=True)
            print(f"Broker: {broker.what}", flush=True)
            codes = both(database.url, broker.url)
    except services.ServiceMissing as reason:
        print(f"The tests cannot run: {reason}", file=sys.stderr)
        return 1
    return max(code, *codes)


def both(database_url: str, broker_url: str) -> tuple[int, int]:
    """Run the suite on PostgreSQL (shown as it goes) and on SQLite (shown after); exit codes."""
    with tempfile.TemporaryDirectory(prefix="aivideo-test-") as folder:
        root = Path(folder)
        # Importing the project has named its own settings, which would beat pytest's: then
        # TEST_DATABASE_URL would be passed by, and "PostgreSQL" would be SQLite once more.
        base = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_REDIS_URL": broker_url,
        }
        env = {**base, "DATA_DIR": str(root / "sqlite")}
        output = root / "sqlite.txt"
        with output.open("wb") as into:
            whole = subprocess.Popen(PYTEST, env=env, stdout=into, stderr=subprocess.STDOUT)
        print("PostgreSQL, all tests of what touches the database but e2e:", flush=True)
        env = {**base, "TEST_DATABASE_URL": database_url, "DATA_DIR": str(root / "postgres")}
        skipped = [f"--ignore=tests/{room}" for room in NO_DATABASE]
        code = subprocess.call([*PYTEST, "-m", "not e2e", *skipped], env=env)
        print("\nSQLite, all tests:", flush=True)
        follow(output, whole)
        return abs(code), abs(whole.returncode)


def follow(output: Path, process: "subprocess.Popen[bytes]") -> None:
    """Show a file that a process is writing, to its end."""
    with output.open("rb") as text:
        ended = False
        while not ended:
            ended = process.poll() is not None
            sys.stdout.buffer.write(text.read())
            sys.stdout.flush()
            time.sleep(0 if ended else 0.3)


if __name__ == "__main__":
    sys.exit(main())
