import os
import socket
import subprocess
import sys

import pytest

from aivideo_project.supervisor import claim as claiming
from aivideo_project.supervisor.claim import CannotStart, check_ports, claim
from tests.services import free_port


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_second_run_on_the_same_data_is_refused_by_name(tmp_path):
    lock = claim(tmp_path / "run.lock")
    with pytest.raises(CannotStart) as refused:
        claim(tmp_path / "run.lock")
    assert f"already running on this data (process {os.getpid()})" in str(refused.value)
    os.close(lock)


def test_the_end_of_a_killed_run_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(claiming, "LAST_RUN_SECONDS", 10.0)
    path = tmp_path / "run.lock"
    # Holds the lock under the number of a process that is no more, as the guard does.
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from aivideo_project.supervisor.claim import claim\n"
        f"lock = claim(Path({str(path)!r}))\n"
        f"os.ftruncate(lock, 0); os.pwrite(lock, b'{2**22 + 1}', 0)\n"
        "print('locked', flush=True); time.sleep(0.5)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "locked\n"
    lock = claim(path)
    assert holder.wait() == 0
    assert path.read_text() == str(os.getpid())
    os.close(lock)


def test_free_ports_are_good():
    check_ports(address="127.0.0.1", web=free_port(), sandbox=free_port())


def test_a_taken_port_names_itself_and_its_setting(taken):
    with pytest.raises(CannotStart) as refused:
        check_ports(address="127.0.0.1", web=taken, sandbox=free_port())
    assert str(refused.value) == (
        f"Port {taken} cannot be used: address already in use. Stop what listens there, or set "
        f"PORT to another number: PORT={taken + 10} make run"
    )
    with pytest.raises(CannotStart, match=f"SANDBOX_PORT={taken + 10} make run"):
        check_ports(address="127.0.0.1", web=free_port(), sandbox=taken)


def test_the_same_port_twice_is_refused():
    with pytest.raises(CannotStart, match="PORT and SANDBOX_PORT are both 8000"):
        check_ports(address="127.0.0.1", web=8000, sandbox=8000)
