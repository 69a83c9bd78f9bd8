"""The HTTPS edge in front of a service: a real certificate, a real port, a plain proxy."""

import http.client
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TIMEOUT = 120
"""App Runner's limit for one request, in seconds."""
HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "content-length"}

Target = Callable[[], int | None]


class Edge:
    """Listens at a port of its own; asks `target` for the container's port at each request."""

    def __init__(self, context: ssl.SSLContext, port: int = 0) -> None:
        """Raises OSError where the port is taken; 0 is any."""
        self._target: Target = lambda: None
        self._admits: Callable[[], bool] = lambda: True
        self._told: Callable[[int], None] = lambda _: None
        self._server = _Server(
            context, port, lambda: self._target(), lambda: self._admits(), lambda it: self._told(it)
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def host(self) -> str:
        """Host and port, as ServiceUrl shows them."""
        return f"127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def route(self, target: Target) -> None:
        """Send requests there from now on."""
        self._target = target

    def guard(self, admits: Callable[[], bool]) -> None:
        """Hang up at once from now on where `admits` says no."""
        self._admits = admits

    def watch(self, told: Callable[[int], None]) -> None:
        """Tell the status of each answer from now on."""
        self._told = told

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        context: ssl.SSLContext,
        port: int,
        target: Target,
        admits: Callable[[], bool],
        told: Callable[[int], None],
    ) -> None:
        super().__init__(("127.0.0.1", port), _Proxy)
        self.target = target
        self.admits = admits
        self.told = told
        self.context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the request's own thread, so that a slow client holds up nobody."""
        if not self.admits():
            return
        request.settimeout(TIMEOUT)
        with self.context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up or refuse the certificate are no news."""


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        port = self.server.target()
        if port is None:
            self._reply(503, {}, b"no healthy upstream")
            return
        upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            upstream.request(self.command, self.path, body or None, kept)
            answer = upstream.getresponse()
            self._reply(answer.status, dict(answer.getheaders()), answer.read())
        except OSError:
            self._reply(503, {}, b"upstream connect error or disconnect before headers")
        finally:
            upstream.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _pass_on

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.server.told(status)
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Server", "envoy")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet: what matters is in CloudWatch Logs."""
