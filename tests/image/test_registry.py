"""Signing in to registries, redirects, proxies and certificates, on servers of the tests' own."""

import base64
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.oci_images import image, index
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.local.image.direct import copy_directly
from wizard.local.image.names import RegistryLogin
from wizard.local.image.published import Blob, blob, look_up
from wizard.local.image.registry import NoWayError, RefusedError, Registry, Tries
from wizard.local.image.way import find_way
from wizard.standin import certificate

IMAGE = image("amd64", seed=7, layer_sizes=(3000, 2000))
USER, PASSWORD = "ada", "canary-registry-password"
PLATFORM = "linux/amd64"


@dataclass
class Seen:
    """A request as it came in."""

    path: str
    authorization: str
    proxy_authorization: str
    body: bytes = b""


class Server(ThreadingHTTPServer):
    """A registry that reads out one image; what it wants is set by the test."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[Seen] = []
        self.token_holds = 0
        """Requests for which a token is good; 0 where none is wanted."""
        self.left = 0
        self.private = False
        self.blobs_at = ""
        """Where blobs are redirected to."""
        self.spoilt: set[str] = set()
        """Digests whose content is another."""
        self.ranges = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def reference(self) -> str:
        return f"{self.address}/team/formae:1.0.0"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        server = cast("Server", self.server)
        given = self.headers.get("Authorization", "")
        proxied = self.headers.get("Proxy-Authorization", "")
        server.seen.append(Seen(self.path, given, proxied, body))
        path = urlsplit(self.path).path
        if path == "/token":
            self._token(server, given, body)
        elif server.token_holds and not self._let_in(server, given):
            where = f'Bearer realm="http://{server.address}/token",service="tests"'
            self._send(401, b"", {"WWW-Authenticate": where})
        elif "/manifests/" in path:
            self._manifest(path.rpartition("/")[2])
        elif "/blobs/" in path and server.blobs_at:
            self._send(307, b"", {"Location": f"{server.blobs_at}{path}?signature=1"})
        elif "/blobs/" in path:
            self._blob(server, path.rpartition("/")[2])
        else:
            self._send(404, b"{}")

    def _token(self, server: Server, given: str, body: bytes) -> None:
        form = parse_qs(body.decode())
        basic = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        known = given == basic or form.get("refresh_token") == [PASSWORD]
        if server.private and not known:
            words = b'{"errors": [{"code": "DENIED", "message": "denied"}]}'
            self._send(403 if given else 401, words)
            return
        server.left = server.token_holds
        token = {"token": f"token-{len(server.seen)}", "expires_in": 300}
        self._send(200, json.dumps(token).encode())

    def _let_in(self, server: Server, given: str) -> bool:
        server.left -= 1
        return given.startswith("Bearer token-") and server.left >= 0

    def _manifest(self, reference: str) -> None:
        whole = index({"amd64": IMAGE})
        known = {"1.0.0": whole, whole.digest: whole, IMAGE.manifest.digest: IMAGE.manifest}
        found = known.get(reference)
        if found is None:
            words = b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}'
            self._send(404, words)
        else:
            self._send(200, found.data, {"Content-Type": found.kind})

    def _blob(self, server: Server, digest: str) -> None:
        found = next(it for it in (IMAGE.config, *IMAGE.layers) if it.digest == digest)
        data = found.data[::-1] if digest in server.spoilt else found.data
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        if start and server.ranges:
            self._send(206, data[start:])
        else:
            self._send(200, data)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


@dataclass
class Waited:
    """How long it was waited, and why."""

    seconds: list[float] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def tries(self, budget: float = 30) -> Tries:
        def tell(words: str, _: float) -> None:
            self.words.append(words)

        return Tries(
            budget, self.seconds.append, tell, connect=2, read=2, now=lambda: sum(self.seconds)
        )


def registry(server: Server, **more: object) -> Registry:
    return Registry(server.address, "team/formae", Waited().tries(), **more)  # type: ignore[arg-type]


def test_tokens_are_renewed_while_it_runs(server: Server) -> None:
    server.token_holds = 2
    source = registry(server)
    look_up(source, server.reference, PLATFORM)
    for layer in IMAGE.layers:
        assert blob(source, Blob(layer.digest, len(layer.data))) == layer.data
    assert sum(each.path.startswith("/token") for each in server.seen) == 2


def test_a_token_that_is_too_old_is_not_used_again(server: Server) -> None:
    server.token_holds = 100
    waited = Waited()
    source = Registry(server.address, "team/formae", waited.tries())
    look_up(source, server.reference, PLATFORM)
    waited.seconds.append(299)
    layer = IMAGE.layers[0]
    assert blob(source, Blob(layer.digest, len(layer.data))) == layer.data
    assert sum(each.path.startswith("/token") for each in server.seen) == 2


def test_a_new_token_is_used_however_late_it_has_become(server: Server) -> None:
    server.token_holds = 100
    minutes = itertools.count()
    late = replace(Waited().tries(), now=lambda: 400.0 * next(minutes))
    found = look_up(Registry(server.address, "team/formae", late), server.reference, PLATFORM)
    assert found.digest == IMAGE.manifest.digest


@pytest.mark.parametrize("is_token", [False, True])
def test_a_private_image_is_read_with_the_login(server: Server, *, is_token: bool) -> None:
    server.token_holds, server.private = 100, True
    with pytest.raises(RefusedError, match="denied"):
        look_up(registry(server), server.reference, PLATFORM)
    login = RegistryLogin(server.address, "" if is_token else USER, Secret(PASSWORD), is_token)
    found = look_up(registry(server, login=login), server.reference, PLATFORM)
    assert found.digest == IMAGE.manifest.digest


def test_the_docker_commands_login_is_used_where_nobody_is_let_in(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.token_holds, server.private = 100, True
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    config = home / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"credsStore": "nowhere"}))
    with pytest.raises(WizardError) as caught:
        find_way(server.reference, PLATFORM, Waited().tries())
    assert caught.value.entry == "FW-DOCK-012"
    assert ". It was asked without a login. " in caught.value.why
    assert "docker-credential-nowhere" in caught.value.why
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    config.write_text(json.dumps({"auths": {server.address: {"auth": auth}}}))
    assert find_way(server.reference, PLATFORM, Waited().tries()).digest == IMAGE.manifest.digest


def test_a_public_image_needs_no_helper(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.token_holds = 100
    config = home / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"credsStore": "nowhere"}))
    found = find_way(server.reference, PLATFORM, Waited().tries())
    assert (found.digest, found.engine, found.trouble) == (IMAGE.manifest.digest, "", "")


def test_a_token_of_githubs_command_is_used_at_ghcr(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.token_holds, server.private = 100, True
    monkeypatch.setenv("FORMAE_WIZARD_REGISTRY", f"http://{server.address}")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setattr("tests.image.test_registry.USER", "token")
    monkeypatch.setenv("GH_TOKEN", PASSWORD)
    found = find_way("ghcr.io/team/formae:1.0.0", PLATFORM, Waited().tries())
    assert found.digest == IMAGE.manifest.digest
    with pytest.raises(WizardError):
        find_way("quay.io/team/formae:1.0.0", PLATFORM, Waited().tries())


def test_a_redirect_gets_no_authorization(server: Server) -> None:
    server.token_holds = 100
    source = registry(server)
    with serving(Server()) as elsewhere:
        server.blobs_at = f"http://localhost:{elsewhere.server_address[1]}"
        layer = IMAGE.layers[0]
        assert blob(source, Blob(layer.digest, len(layer.data))) == layer.data
    assert [each.authorization for each in elsewhere.seen] == [""]
    assert server.seen[-1].authorization.startswith("Bearer ")


def test_a_redirect_away_from_https_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    made = certificate.make(home)
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    server.blobs_at = "http://127.0.0.1:9"
    monkeypatch.setenv("AWS_CA_BUNDLE", str(made.authority))
    with serving(server):
        source = registry(server, url=f"https://{server.address}")
        with pytest.raises(RefusedError, match="from HTTPS"):
            blob(source, Blob(IMAGE.layers[0].digest, 1))


def test_certificates_are_believed_as_everywhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    made = certificate.make(home)
    server.socket = made.context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        url = f"https://{server.address}"
        with pytest.raises(NoWayError, match="certificate"):
            look_up(registry(server, url=url), server.reference, PLATFORM)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(made.authority))
        found = look_up(registry(server, url=url), server.reference, PLATFORM)
        assert found.digest == IMAGE.manifest.digest


def test_a_proxy_is_used_as_everywhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is the proxy: it gets the whole URL of a registry that is nowhere."""
    monkeypatch.setenv("HTTP_PROXY", f"http://ada:s%40crets@{server.address}")
    monkeypatch.setenv("NO_PROXY", "elsewhere")
    source = Registry("far.away", "team/formae", Waited().tries(), url="http://far.away")
    assert look_up(source, "far.away/team/formae:1.0.0", PLATFORM).digest == IMAGE.manifest.digest
    assert server.seen[0].path == "http://far.away/v2/team/formae/manifests/1.0.0"
    login = base64.b64encode(b"ada:s@crets").decode()
    assert server.seen[0].proxy_authorization == f"Basic {login}"


def test_content_that_is_not_what_its_digest_says_is_refused(server: Server) -> None:
    layer = IMAGE.layers[1]
    server.spoilt = {layer.digest}
    found = look_up(registry(server), server.reference, PLATFORM)
    with serving(Taking()) as taking:
        target = registry(taking)
        with pytest.raises(RefusedError, match=f"{layer.digest} does not match its digest"):
            copy_directly(found, registry(server), target, "x:1", lambda _: None, lambda: False)
    assert not any("manifests" in each.path for each in taking.seen)


def test_a_registry_without_ranges_is_read_from_its_beginning(server: Server) -> None:
    server.ranges = False
    layer = IMAGE.layers[0]
    pieces = registry(server).stream(f"blobs/{layer.digest}", 1000)
    assert b"".join(pieces) == layer.data[1000:]


def test_it_waits_as_long_as_the_registry_asks(server: Server) -> None:
    waited = Waited()
    pauses = waited.tries(budget=100).pauses("somewhere")
    pauses.after("HTTP 429 Too Many Requests", 42.0)
    assert waited.seconds == [42.0]
    assert waited.words == [
        "somewhere: HTTP 429 Too Many Requests; try 2 in 42 s, for up to 2 more minutes"
    ]
    with pytest.raises(NoWayError):
        pauses.after("HTTP 429 Too Many Requests", 60.0)


class Taking(Server):
    """A registry that takes all that is sent, and checks nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = TakingHandler


class TakingHandler(Handler):
    def do_HEAD(self) -> None:
        self._send(404, b"")

    def do_POST(self) -> None:
        self._took(202)

    def do_PATCH(self) -> None:
        self._took(202)

    def do_PUT(self) -> None:
        self._took(201)

    def _took(self, status: int) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.seen.append(Seen(self.path, "", "", body))
        self._send(status, b"", {"Location": "/v2/team/formae/blobs/uploads/1"})
