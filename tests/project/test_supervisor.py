import signal
import subprocess
import sys
import time

import pytest

from aivideo_project.logs import Mask
from aivideo_project.supervisor.child import Child
from aivideo_project.supervisor.console import Console
from aivideo_project.supervisor.guard import Guard
from aivideo_project.supervisor.loop import Loop
from aivideo_project.supervisor.parent import parent_watch
from tests.project.test_guard import gone_within, running

SECRET = "key_" + "7c" * 20


@pytest.fixture
def loop(tmp_path):
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with Guard() as guard:
        console = Console(tmp_path / "logs", mask=Mask([SECRET]))
        yield Loop(guard=guard, console=console, gone=lambda: False)
    for number, handler in before.items():
        signal.signal(number, handler)


def child(code, name="worker"):
    return Child(name, [sys.executable, "-S", "-c", code], env={})


def log_of(tmp_path, name="worker"):
    return (tmp_path / "logs" / f"{name}.log").read_text().splitlines()


def test_a_program_run_once_gives_its_exit_code_and_its_last_words(loop, tmp_path, capsys):
    assert loop.run_once(child("print('done', end=''); raise SystemExit(3)")) == 3
    assert log_of(tmp_path) == ["done"]
    assert capsys.readouterr().out == ""


def test_the_screen_shows_warnings_and_crashes_only_and_no_secret(loop, tmp_path, capsys):
    lines = [
        "2026-11-22T10:00:00.000+00:00 INFO desk fine",
        f"2026-11-22T10:00:00.000+00:00 ERROR desk refused {SECRET}",
        "    Traceback (most recent call last):",
        '{"at": "2026", "level": "INFO", "message": "fine"}',
        '{"at": "2026", "level": "WARNING", "message": "odd"}',
        "Traceback (most recent call last):",
        "  File x",
        "ImportError: nothing of that name",
    ]
    loop.run_once(child(f"import sys; print('hello'); sys.stderr.write({chr(10).join(lines)!r})"))
    hidden = [line.replace(SECRET, "[hidden]") for line in lines]
    assert sorted(log_of(tmp_path)) == sorted(["hello", *hidden])
    shown = [hidden[1], hidden[4], hidden[7]]
    assert capsys.readouterr().out.splitlines() == [f"   worker | {line}" for line in shown]


def test_what_dies_is_started_again_after_a_growing_pause(loop, tmp_path, capsys):
    dying = child("print('up', flush=True); raise SystemExit(1)")
    loop.keep(dying)
    assert loop.wait_for(lambda: dying.fails == 3, seconds=20)
    loop.stop([dying], seconds=1)
    assert log_of(tmp_path) == ["up"] * 3
    said = capsys.readouterr().out.splitlines()
    assert said == [f"worker ended (exit 1); again in {pause} s." for pause in (0.2, 0.4, 0.8)]


def test_what_a_dead_child_left_behind_is_killed_before_it_is_started_again(loop, tmp_path):
    leaves_one = child(
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])\n"
        "print(left.pid, flush=True)\n"
        "raise SystemExit(1)"
    )
    loop.keep(leaves_one)
    assert loop.wait_for(lambda: leaves_one.fails == 1, seconds=10)
    left = int(log_of(tmp_path)[0])
    loop.stop([leaves_one], seconds=1)
    assert gone_within(2, left)


def test_stop_ends_gently_first_and_surely_in_the_end(loop, tmp_path):
    gentle = child(
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (print('bye', flush=True), sys.exit(0)))\n"
        "print('up', flush=True); time.sleep(60)"
    )
    stubborn = child(
        "import signal, time; signal.signal(15, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)",
        name="web",
    )
    loop.keep(gentle)
    loop.keep(stubborn)
    both = lambda: loop.console.last("web") and loop.console.last("worker")  # noqa: E731
    assert loop.wait_for(both, seconds=10)
    processes = [one.process.pid for one in (gentle, stubborn)]
    loop.stop([gentle, stubborn], seconds=0.5)
    assert log_of(tmp_path) == ["up", "bye"]
    assert not any(running(process) for process in processes)


def test_whoever_asks_twice_waits_for_nobody(loop):
    stubborn = child(
        "import signal, time; signal.signal(15, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)"
    )
    loop.keep(stubborn)
    assert loop.wait_for(lambda: loop.console.last("worker"), seconds=10)
    # Both come before anything has begun to stop.
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    begun = time.monotonic()
    loop.stop([stubborn], seconds=60)
    assert time.monotonic() - begun < 30
    assert not stubborn.running


def test_a_signal_asks_to_stop_and_nothing_is_started_again(loop):
    dying = child("raise SystemExit(1)")
    loop.keep(dying)
    signal.raise_signal(signal.SIGTERM)
    assert loop.stopping
    assert loop.wait_for(lambda: False, seconds=5) is False
    for _ in range(5):
        loop.tick(restart=True)
    assert dying.fails == 0
    loop.stop([dying], seconds=1)


def test_the_end_of_the_make_above_is_noticed(loop):
    loop._gone = lambda: True
    loop.tick(restart=True)
    assert loop.stopping


PARENT = """
import signal, subprocess, sys, time
{before}
child = subprocess.Popen([sys.executable, "-c", '''
import time
from aivideo_project.supervisor.parent import parent_watch
gone = parent_watch()
print("watching", gone(), flush=True)
while not gone(): time.sleep(0.02)
print("gone", flush=True)
'''])
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ("", signal.SIGKILL),
        # As make does: it hears SIGINT, takes its handler off, and waits for us.
        (
            "def heard(*_): signal.signal(2, signal.SIG_DFL); time.sleep(60)\n"
            "signal.signal(2, heard)",
            signal.SIGINT,
        ),
    ],
    ids=["killed", "interrupted"],
)
def test_a_killed_and_an_interrupted_parent_are_noticed(before, number):
    code = PARENT.format(before=before)
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout.readline() == "watching False\n"
        parent.send_signal(number)
        assert parent.stdout.readline() == "gone\n"
    finally:
        parent.kill()
        parent.wait()


def test_a_parent_that_is_still_there_is_not_gone():
    gone = parent_watch()
    time.sleep(0.05)
    assert gone() is False
