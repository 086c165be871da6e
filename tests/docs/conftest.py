"""One running product for all pages, and a folder that looks like the project's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.docs.book import ROOT
from tests.product import running


class Reader:
    """Somebody who types what a page says, in the project's folder after `make run`."""

    def __init__(self, product):
        self.folder = product.folder
        port = product.base_url.rpartition(":")[2]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(self.folder / "var"),
            "ENV_FILE": os.devnull,
            "PORT": port,
            "AIVIDEO_LOG_FILE": os.devnull,
        }
        (self.folder / "manage.py").symlink_to(ROOT / "manage.py")
        (self.folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
        Image.new("RGB", (1280, 720), (90, 40, 20)).save(self.folder / "product_photo.jpg")

    def types(self, argv, text):
        """What came out. Fails with the whole output when the program does."""
        done = subprocess.run(
            argv,
            cwd=self.folder,
            env=self.environment,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def reader(tmp_path_factory):
    with running(tmp_path_factory.mktemp("docs")) as product:
        yield Reader(product)
