"""The product's settings as tests see them: nothing of the caller's environment shows through.

DATA_DIR may be given (two runs at once need one each); TEST_DATABASE_URL names a PostgreSQL, and
TEST_BROKER_URL a broker, which may be a closed port: all but the tests of the whole product pass.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

_example = Path(__file__).resolve().parent.parent / ".env.example"
_given = {
    name: os.environ.get(name, "") for name in ("DATA_DIR", "TEST_DATABASE_URL", "TEST_BROKER_URL")
}
for _name in re.findall(r"^([A-Z_]+)=", _example.read_text(encoding="utf-8"), re.MULTILINE):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)

if not _given["DATA_DIR"]:
    _given["DATA_DIR"] = tempfile.mkdtemp(prefix="aivideo-tests-")
    atexit.register(shutil.rmtree, _given["DATA_DIR"], ignore_errors=True)
os.environ.update(
    ENV_FILE=os.devnull,
    DATA_DIR=_given["DATA_DIR"],
    DATABASE_URL=_given["TEST_DATABASE_URL"],
    CELERY_BROKER_URL=_given["TEST_BROKER_URL"] or "memory://",
    AIVIDEO_LOG_FILE=os.devnull,
)

from aivideo_project.settings import *  # noqa: E402, F403 - the whole point of this file

# Argon2 is slow on purpose; the tests of passwords set it back.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A crowd that waits for one row waits longer on a busy machine than a person would; what it must
# come to in the end does not depend on how long that takes.
_options = DATABASES["default"]["OPTIONS"]  # noqa: F405
if "timeout" in _options:
    _options["timeout"] = 90
else:
    _options["options"] = _options["options"].replace("lock_timeout=5s", "lock_timeout=90s")
    _options["options"] = _options["options"].replace("timeout=30s", "timeout=90s")
