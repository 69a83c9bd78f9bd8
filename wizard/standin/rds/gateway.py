"""The gateway of clusters in express configuration: TLS and PostgreSQL's protocol on this machine.

It admits a cluster's master user with a token of IAM, and nobody with a password. Statements go to
the databases that the Data API has, one simple query at a time.
"""

import contextlib
import hashlib
import hmac
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from wizard.standin.dataapi.databases import Rows, Session, SqlError
from wizard.standin.rds.lives import ClusterLife
from wizard.standin.world import World

HOST = "127.0.0.1"
SECRET = "standin"  # noqa: S105 - of the key in the stand-in's own environment
LASTS = 900
TLS, GSS = 80877103, 80877104
"""What a client asks before anything else: encryption, of two kinds."""
TEXT = 25
"""The OID of PostgreSQL's type for text."""
PATIENCE = 30.0


@dataclass
class Gateways:
    """One listener for each cluster, opened when its address is first asked for."""

    world: World
    trust: ssl.SSLContext
    listeners: dict[str, socket.socket] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    """All that clients have sent inside TLS, oldest first."""

    def address(self, life: ClusterLife, region: str, resource: str) -> tuple[str, int]:
        """Where the cluster with that resource ID is reached."""
        if resource not in self.listeners:
            listener = socket.create_server((HOST, 0))
            self.listeners[resource] = listener
            place = _Place(self, life, region, resource, listener.getsockname()[1])
            threading.Thread(target=place.serve, args=(listener,), daemon=True).start()
        return HOST, self.listeners[resource].getsockname()[1]

    def close(self) -> None:
        """End all listeners."""
        for listener in self.listeners.values():
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.listeners.clear()


@dataclass(frozen=True, slots=True)
class _Place:
    gateways: Gateways
    life: ClusterLife
    region: str
    resource: str
    port: int

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            threading.Thread(target=self._meet, args=(client,), daemon=True).start()

    def _meet(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, struct.error), client:
            while (asked := struct.unpack("!ii", _exactly(client, 8)))[1] == GSS:
                client.sendall(b"N")
            if asked[1] != TLS:
                return
            client.sendall(b"S")
            with self.gateways.trust.wrap_socket(client, server_side=True) as secure:
                _Talk(self, secure).hold()

    def refusal(self, user: str, token: str) -> str:
        """Why this user does not get in with that; empty where the token is good."""
        world = self.gateways.world
        refused = f'PAM authentication failed for user "{user}"'
        place, _, query = token.partition("/?")
        said = dict(parse_qsl(query))
        try:
            key, day, region, service, _ = said["X-Amz-Credential"].split("/")
            made = datetime.strptime(said["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            age = (datetime.now(UTC) - made).total_seconds()
            fits = (
                self.life.tokens
                and said["Action"] == "connect"
                and said["DBUser"] == user == self.life.master
                and place == f"{HOST}:{self.port}"
                and (region, service, day) == (self.region, "rds-db", f"{made:%Y%m%d}")
                and -LASTS < age < min(LASTS, int(said["X-Amz-Expires"]))
                and hmac.compare_digest(
                    _signature(place, said, (day, region)), said["X-Amz-Signature"]
                )
            )
        except (KeyError, ValueError):
            return refused
        role = world.roles.of_key(key)
        user_arn = world.arn("rds-db", self.region, f"dbuser:{self.resource}/{user}")
        may = role is None or world.roles.may(role, "rds-db:connect", user_arn)
        return "" if fits and may else refused


def _signature(place: str, said: dict[str, str], scope: tuple[str, str]) -> str:
    """The fourth version of AWS's signatures, over a request that is never sent."""
    day, region = scope
    pairs = sorted((key, each) for key, each in said.items() if key != "X-Amz-Signature")
    query = "&".join(f"{quote(key, safe='-_.~')}={quote(each, safe='-_.~')}" for key, each in pairs)
    empty = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/\n{query}\nhost:{place}\n\nhost\n{empty}"
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            said["X-Amz-Date"],
            f"{day}/{region}/rds-db/aws4_request",
            hashlib.sha256(request.encode()).hexdigest(),
        )
    )
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, "rds-db", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


class _Talk:
    """One session of a client, from its first message inside TLS to its last."""

    def __init__(self, place: _Place, client: ssl.SSLSocket) -> None:
        self._place = place
        self._client = client

    def hold(self) -> None:
        """Let the client in or not, and answer what it asks until it goes."""
        (size,) = struct.unpack("!i", self._read(4))
        words = self._read(size - 4)[4:].split(b"\0")
        said = dict(zip(words[::2], words[1::2], strict=False))
        user = said.get(b"user", b"").decode()
        self._send(b"R", struct.pack("!i", 3))
        _, password = self._message()
        if why := self._place.refusal(user, password.rstrip(b"\0").decode()):
            self._refuse("FATAL", "28000", why)
            return
        life, databases = self._place.life, self._place.gateways.world.databases
        database = said.get(b"database", b"").decode() or user
        try:
            session = databases.connect(life.arn, life.master, life.password, database)
        except SqlError as error:
            self._refuse("FATAL", error.sqlstate, error.message)
            return
        self._send(b"R", struct.pack("!i", 0))
        self._send(b"S", b"server_version\x0016.13\0")
        self._send(b"S", b"client_encoding\0UTF8\0")
        self._send(b"S", b"standard_conforming_strings\0on\0")
        self._send(b"Z", b"I")
        with contextlib.closing(session):
            while self._answer(session):
                pass

    def _answer(self, session: Session) -> bool:
        kind, body = self._message()
        if kind == b"X":
            return False
        if kind != b"Q":
            self._refuse("ERROR", "0A000", "the stand-in's gateway takes simple queries only")
            return False
        text = body.rstrip(b"\0").decode().strip().removesuffix(";")
        try:
            self._show(session.run(text, {}), text)
        except SqlError as error:
            self._refuse("ERROR", error.sqlstate, error.message.partition(": ")[2])
        self._send(b"Z", b"I")
        return True

    def _show(self, rows: Rows, text: str) -> None:
        if rows.columns:
            heads = (
                each.name.encode() + b"\0" + struct.pack("!ihihih", 0, 0, TEXT, -1, -1, 0)
                for each in rows.columns
            )
            self._send(b"T", struct.pack("!h", len(rows.columns)) + b"".join(heads))
        for row in rows.rows:
            cells = (b"\xff\xff\xff\xff" if each is None else _cell(each) for each in row)
            self._send(b"D", struct.pack("!h", len(row)) + b"".join(cells))
        verb = text.split(maxsplit=1)[0].upper() if text else ""
        count = f" {len(rows.rows)}" if verb == "SELECT" else ""
        self._send(b"C", f"{verb}{count}".encode() + b"\0")

    def _refuse(self, severity: str, state: str, message: str) -> None:
        fields = {"S": severity, "V": severity, "C": state, "M": message}
        told = "".join(f"{name}{value}\0" for name, value in fields.items())
        self._send(b"E", told.encode() + b"\0")

    def _message(self) -> tuple[bytes, bytes]:
        kind, size = struct.unpack("!ci", self._read(5))
        return kind, self._read(size - 4)

    def _read(self, size: int) -> bytes:
        found = _exactly(self._client, size)
        self._place.gateways.sent.append(found)
        return found

    def _send(self, kind: bytes, body: bytes) -> None:
        self._client.sendall(kind + struct.pack("!i", len(body) + 4) + body)


def _cell(value: Any) -> bytes:
    text = str(value).encode()
    return struct.pack("!i", len(text)) + text


def _exactly(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = client.recv(size - len(found))
        if not part:
            raise EOFError
        found += part
    return found
