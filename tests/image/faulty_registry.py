"""A registry's front that passes requests on, and says what ECR would say where it is told to."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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


class Front(ThreadingHTTPServer):
    """The server; knows the registry behind it and what to answer instead."""

    def __init__(self, behind: str, faults: tuple[Fault, ...]) -> None:
        self.behind = behind
        self.faults = faults
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        front = cast("Front", self.server)
        body = self._body()
        fault = next((one for one in front.faults if one.met(self.command, self.path)), None)
        if fault:
            kind = [("Content-Type", "application/json")]
            self._send(fault.status, kind, fault.body.encode())
        else:
            self._send(*self._ask(front.behind, body))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = answer

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
    server = Front(address, faults)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
