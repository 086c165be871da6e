from pathlib import Path

import pytest

from sandbox.settings import ROOT, read_settings


def test_defaults():
    settings = read_settings([], environment={})
    assert (settings.port, settings.catalogue) == (8001, "2025-seed")
    assert settings.data == ROOT / "var" / "sandbox"
    assert settings.catalogue_folder == ROOT / "providers" / "catalog"


def test_environment_then_flags():
    environment = {"SANDBOX_PORT": "9001", "DATA_DIR": "/tmp/d", "CATALOGUE_TEST": "2026-11"}
    settings = read_settings([], environment=environment)
    assert (settings.port, settings.catalogue) == (9001, "2026-11")
    assert settings.data == Path("/tmp/d/sandbox")
    flags = ["--port", "0", "--data", "/tmp/e", "--catalogue", "2025-seed"]
    settings = read_settings(flags, environment=environment)
    assert (settings.port, settings.data, settings.catalogue) == (0, Path("/tmp/e"), "2025-seed")


@pytest.mark.parametrize("flags", [["--host", "::"], ["--port", "many"], ["--host", "localhost"]])
def test_bad_flags_stop_the_start(flags):
    with pytest.raises(SystemExit) as stopped:
        read_settings(flags, environment={})
    assert stopped.value.code == 2
