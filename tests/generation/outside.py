"""The internet as a test has it: names, addresses, TLS servers, and a record of every connect."""

import datetime
import socket
import ssl
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.providers.bad_server import BadServer, Behaviour

PUBLIC = "93.184.215.14"
HOST = "pictures.example"


class Outside:
    """`names` says where a name leads (a list of lists: one answer a look-up, the last stays).

    `connects` lists every address that anything tried to connect to.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.connects: list[tuple[str, int]] = []
        self.servers: dict[tuple[str, int], BadServer] = {}
        self._connect = socket.socket.connect
        self._tls = _tls(folder)
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(folder / "cert.pem"))
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(
            socket.socket, "connect", lambda sock, address: self._reach(sock, address)
        )

    def serve(
        self, behave: Behaviour, *, host: str = HOST, ip: str = PUBLIC, port: int = 443
    ) -> BadServer:
        server = BadServer(behave, tls=self._tls)
        self.names[host] = [[ip]]
        self.servers[ip, port] = server
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers.values():
            server.close()

    def _look_up(self, host, port=0, family=0, type=0, *_args, **_kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        found = []
        for text in self.addresses(name, strict=True):
            kind = socket.AF_INET6 if ":" in text else socket.AF_INET
            rest = (0, 0) if kind == socket.AF_INET6 else ()
            found.append((kind, socket.SOCK_STREAM, 6, "", (text, port or 0, *rest)))
        return found

    def addresses(self, name: str, *, strict: bool = False) -> list[str]:
        """What a resolver makes of a name; nothing, or an error if `strict`, where it cannot."""
        if name in self.names:
            answers = self.names[name]
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if ":" in name:
            return [name]
        try:
            # As glibc does: short, octal, hexadecimal and plain numbers are addresses too.
            return [socket.inet_ntoa(socket.inet_aton(name))]
        except (OSError, UnicodeError):
            if not strict:
                return []
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None

    def _reach(self, sock: socket.socket, address):
        self.connects.append((address[0], address[1]))
        server = self.servers.get((address[0], address[1]))
        if server is None:
            raise ConnectionRefusedError(111, "Connection refused")
        return self._connect(sock, ("127.0.0.1", server.port))


def _tls(folder: Path) -> ssl.SSLContext:
    """A server's context for HOST and its subdomains, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(HOST), x509.DNSName(f"*.{HOST}")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
