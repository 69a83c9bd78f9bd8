"""A registry's front that passes requests on, and fails as it is told to: by words, or by kind."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


@dataclass
class Fault:
    """Answer requests of `method` with `part` in their path `times` times with this."""

    method: str
    part: str
    status: int
    body: str
    times: int = 1000

    def met(self, method: str, path: str) -> bool:
        if method != self.method or self.part not in path or self.times == 0:
            return False
        self.times -= 1
        return True


SLOW_DOWN, BROKEN, AWAY = "429", "500", "503"
EXPIRED = "401"
RESET, HALF, LOST, CUT, SILENT = "reset", "half", "lost", "cut", "silent"
KINDS = (SLOW_DOWN, BROKEN, AWAY, EXPIRED, RESET, HALF, LOST, CUT, SILENT)
"""Ways in which a request fails: by its status; the connection is reset before it is read, in the
middle of its body, or after it was passed on (`lost`); the answer is cut in its middle; nobody
answers."""


@dataclass
class Strike:
    """The request with that number (from 1 on) fails in that way, once."""

    number: int
    kind: str
    struck: bool = False


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    authorization: str
    range: str


class Front(ThreadingHTTPServer):
    """The server; knows the registry behind it and what to answer instead."""

    daemon_threads = True

    def __init__(
        self,
        behind: str,
        faults: tuple[Fault, ...] = (),
        *,
        strike: Strike | None = None,
        silence: float = 0.0,
        heard: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`heard` is told the number of each request, before it is passed on."""
        self.behind = behind
        self.faults = faults
        self.strike = strike
        self.silence = silence
        self.heard = heard
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def due(self, asked: Asked) -> str:
        """How this request fails; empty where it does not."""
        with self.lock:
            self.asked.append(asked)
            number = len(self.asked)
            self.heard(number)
            if self.strike is None or self.strike.number != number:
                return ""
            self.strike.struck = True
            return self.strike.kind


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        front = cast("Front", self.server)
        given = self.headers.get("Authorization", "")
        asked = Asked(self.command, self.path, given, self.headers.get("Range", ""))
        kind = front.due(asked)
        if kind == HALF:
            self.rfile.read(int(self.headers.get("Content-Length") or 0) // 2)
        if kind in {RESET, HALF}:
            self._reset()
            return
        body = self._body()
        if kind:
            self._fail(kind, front, body)
            return
        fault = next((one for one in front.faults if one.met(self.command, self.path)), None)
        if fault:
            json = [("Content-Type", "application/json")]
            self._send(fault.status, json, fault.body.encode())
        else:
            self._send(*self._ask(front.behind, body))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def _fail(self, kind: str, front: Front, body: bytes) -> None:
        if kind == SILENT:
            time.sleep(front.silence)
            self._reset()
        elif kind in {LOST, CUT}:
            status, told, answer = self._ask(front.behind, body)
            if kind == CUT and len(answer) > 1:
                told = [*told, ("Content-Length", str(len(answer)))]
                self._send(status, told, answer[: len(answer) // 2])
            self._reset()
        else:
            more = {SLOW_DOWN: ("Retry-After", "0"), EXPIRED: ("WWW-Authenticate", "Basic")}
            self._send(int(kind), [more[kind]] if kind in more else [], b"")

    def _reset(self) -> None:
        """Hang up, so that the other side sees a reset."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        with suppress(OSError):
            self.connection.close()

    def handle(self) -> None:
        """Answer TLS as Go's servers do, so that the engine goes on with plain HTTP."""
        if self.connection.recv(1, socket.MSG_PEEK) == b"\x16":
            self.wfile.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        else:
            super().handle()

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _ask(self, behind: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(behind, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True)
            for name, value in self.headers.items():
                if name.lower() not in {"transfer-encoding", "content-length", "accept-encoding"}:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        sizes = [value for name, value in headers if name.lower() == "content-length"]
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "date"}:
                self.send_header(name, value)
        self.send_header("Content-Length", sizes[0] if sizes else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def front_of(address: str, *faults: Fault) -> Iterator[str]:
    """Listen before the registry at `address`; yields the front's own host:port."""
    with listening(Front(address, faults)) as front:
        yield front.address


@contextmanager
def listening(server: Front) -> Iterator[Front]:
    """Within it the front listens."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
