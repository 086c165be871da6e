"""Where files are kept: under the hash of their content, so that storing twice is harmless."""

import secrets
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from generation import waypoints


def put(workspace_id: int, path: Path, *, sha256: str, suffix: str) -> str:
    """Store a file and return its key. A key that exists holds the same bytes already."""
    key = f"{workspace_id}/{sha256[:2]}/{sha256}{suffix}"
    if default_storage.exists(key):
        return key
    with path.open("rb") as file:
        # Under a name of its own first: a crash half-way must not leave half a file at the key.
        kept = default_storage.save(f"{key}.{secrets.token_hex(4)}.part", File(file))
        waypoints.passed("part_saved")
    return _settle(kept, key)


def _settle(kept: str, key: str) -> str:
    """Give a whole file its final name; object stores have no rename and keep the first name."""
    try:
        Path(default_storage.path(kept)).replace(default_storage.path(key))
        waypoints.passed("renamed")
    except NotImplementedError:
        return kept
    return key
