"""`make check`: every check in turn, all of them even when one fails; exits 1 if any did."""

import os
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
# Kept apart from the tests proper because they judge the tree, not what the code does.
TREE_TESTS = ("tests/test_structure.py", "tests/project/test_requirements.py", "tests/docs")


def checks(packages: list[str]) -> dict[str, list[str]]:
    manage = [sys.executable, "manage.py"]
    tree = [path for path in TREE_TESTS if Path(path).exists()]
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
        "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
        "types": [str(BIN / "mypy"), "--no-error-summary", *packages],
        "imports": [str(BIN / "lint-imports")],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "settings": [*manage, "check"],
        # What starts the product runs once, with the tests.
        "tree": [sys.executable, "-m", "pytest", "-m", "not e2e", *tree],
    }


def run_one(name: str, argv: list[str]) -> bool:
    """Run a check; its output is shown only when it fails."""
    begun = time.monotonic()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    word = "FAILED" if done.returncode else "ok"
    print(f"check {name:<10} {word:<6} {time.monotonic() - begun:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return not done.returncode


def main() -> int:
    results = [run_one(name, argv) for name, argv in checks(sys.argv[1:]).items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
