"""How werkzeug handles requests here: at once and without a log."""

import contextlib
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
