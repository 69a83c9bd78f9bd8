"""How werkzeug handles requests here: at once and without a log."""

import contextlib
import io
import socket
import struct
from typing import Any

from werkzeug.serving import WSGIRequestHandler


class Quiet(WSGIRequestHandler):
    """Answers without waiting for more to send, and prints nothing."""

    disable_nagle_algorithm = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """The status alone: whoever answers says what time it is there."""
        self.send_response_only(code, message)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """The diary is the stand-in's list of calls."""

    def connection_dropped(self, *_: Any) -> None:
        """Hung up, by the client or on demand: the other side sees a reset."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)


class KeptOpen(Quiet):
    """Lets a client ask again on the same connection, as AWS does; answers are short and whole."""

    protocol_version = "HTTP/1.1"

    def run_wsgi(self) -> None:
        """Answer one request. What comes in pieces is left to werkzeug, which hangs up after it."""
        if "Expect" in self.headers or "Transfer-Encoding" in self.headers:
            super().run_wsgi()
            return
        environ, begun = self.make_environ(), list[tuple[str, list[tuple[str, str]]]]()

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            begun.append((status, headers))

        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0)))
        try:
            body = b"".join(self.server.app(environ, start))
        except ConnectionError as error:
            self.connection_dropped(error, environ)
            return
        ((status, headers),) = begun
        lines = [
            f"{self.protocol_version} {status}",
            *(f"{name}: {value}" for name, value in headers),
        ]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
