"""The peers that we are measured against, in environments of their own: `make anchors`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / ".venv-anchors"
NAMES = ("clients", "litellm")  # two, for they want different releases of one library


class AnchorsMissing(RuntimeError):
    """The peers are not installed."""


def program(anchor: str, name: str = "python") -> str:
    """A program of the environment "clients" or "litellm". Raises AnchorsMissing."""
    found = FOLDER / anchor / "bin" / name
    if not found.exists():
        raise AnchorsMissing("The peers are not installed: run `make anchors` first.")
    return str(found)


def install() -> None:
    """Make the environments and fill them, bytecode too: without it peers would seem slower."""
    for name in NAMES:
        place = FOLDER / name
        done, wanted = place / ".installed", (HERE / f"{name}.txt").read_text(encoding="utf-8")
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            continue
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        python = place / "bin" / "python"
        pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / f"{name}.txt"], check=True)
        # Some packages carry files for other Pythons, which do not compile here.
        subprocess.run([python, "-m", "compileall", "-qq", place / "lib"], check=False)
        done.write_text(wanted, encoding="utf-8")
