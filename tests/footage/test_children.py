import os
import sys
import time

import pytest

from footage.children.run import run_child
from footage.errors import FootageError
from footage.ffmpeg import run_ffmpeg


def _python(code: str, **limits):
    return run_child([sys.executable, "-I", "-S", "-c", code], **{"timeout": 10.0, **limits})


def test_keys_are_not_in_the_environment(monkeypatch):
    monkeypatch.setenv("RUNWAY_API_KEY", "key_secret")
    result = _python("import os; print(sorted(os.environ))")
    assert result.code == 0
    assert result.out == b"['LC_ALL', 'MALLOC_ARENA_MAX', 'PATH']\n"


def test_child_is_nice():
    assert int(_python("import os; print(os.nice(0))").out) == min(19, os.nice(0) + 10)


def test_memory_limit_bites():
    code = "bytearray(400_000_000)"
    assert _python(code).code == 0
    limited = _python(code, memory_bytes=200_000_000)
    assert limited.code == 1
    assert "MemoryError" in limited.err


def test_cpu_limit_bites():
    result = _python("while True: pass", cpu_seconds=1)
    assert result.code < 0
    assert not result.timed_out


def test_child_that_hangs_is_killed_at_the_timeout():
    begun = time.monotonic()
    result = _python("import os, time; print(os.getpid(), flush=True); time.sleep(60)", timeout=0.5)
    assert result.timed_out
    assert time.monotonic() - begun < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int(result.out), 0)


def test_input_is_given():
    assert _python("import sys; print(sys.stdin.read().upper())", given=b"abc").out == b"ABC\n"


def test_program_that_is_not_there():
    with pytest.raises(FootageError) as caught:
        run_child(["/nowhere/ffmpeg"], timeout=5)
    assert caught.value.reason == "ffmpeg cannot be started"


def test_ffmpeg_that_hangs_is_reported():
    with pytest.raises(FootageError) as caught:
        run_ffmpeg(["-re", "-f", "lavfi", "-i", "testsrc2", "-f", "null", "-"], timeout=0.5)
    assert caught.value.reason == "ffmpeg took longer than 0.5 s"
