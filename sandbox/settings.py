"""The sandbox's few settings: flags first, then the environment, then defaults."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class SandboxSettings:
    """`port` 0 takes a free one; `data` is the folder of the database and the clips."""

    port: int
    data: Path
    catalogue: str
    catalogue_folder: Path


def read_settings(
    arguments: Sequence[str], *, environment: Mapping[str, str] = os.environ
) -> SandboxSettings:
    """Exits with a message, as argparse does, on a bad flag or another bind address."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=environment.get("SANDBOX_PORT", "8001"))
    parser.add_argument("--host", default=LOOPBACK, help="loopback only; anything else is refused")
    parser.add_argument("--data", type=Path, help="default: DATA_DIR/sandbox")
    parser.add_argument("--catalogue", default=environment.get("CATALOGUE_TEST", "2025-seed"))
    parser.add_argument("--catalogue-folder", type=Path, default=ROOT / "providers" / "catalog")
    given = parser.parse_args(arguments)
    if given.host != LOOPBACK:
        parser.error(f"the sandbox listens on {LOOPBACK} only: its keys are public")
    data = given.data or Path(environment.get("DATA_DIR", str(ROOT / "var"))) / "sandbox"
    return SandboxSettings(
        port=given.port,
        data=data.resolve(),
        catalogue=given.catalogue,
        catalogue_folder=given.catalogue_folder.resolve(),
    )
