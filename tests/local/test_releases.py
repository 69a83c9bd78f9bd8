"""The newest release by the registry's tags: asked shortly, without a login, once a day."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.command import Command
from tests.support.standin import REGION
from tests.support.tiers import unsampled_tier
from wizard.answers.detect import detect
from wizard.local.image import names
from wizard.local.image.names import RELEASE, newest

IMAGE = "platform/formae"
TAGS = ["0.88.1", "0.90.0", "latest", "0.91.0-dev.2", "sha256-abc.sig", "0.9.9", "7", "v0.89.3"]


class Registry(ThreadingHTTPServer):
    """A registry of the Distribution API: tokens for anybody, two tags a page."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tags = list(TAGS)
        self.asked: list[str] = []
        self.slow = 0.0
        self.refuses = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Its answers."""

    server: Registry

    def do_GET(self) -> None:
        url, registry = urlsplit(self.path), self.server
        registry.asked.append(self.path)
        time.sleep(registry.slow)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if registry.refuses:
            self._answer(500, {})
        elif url.path == "/token":
            assert query == {"service": "here", "scope": f"repository:{IMAGE}:pull"}
            self._answer(200, {"token": "anybody's"})
        elif self.headers["Authorization"] != "Bearer anybody's":
            realm = f'Bearer realm="http://{registry.address}/token",service="here"'
            scope = f',scope="repository:{IMAGE}:pull"'
            self._answer(401, {}, ("WWW-Authenticate", realm + scope))
        else:
            assert url.path == f"/v2/{IMAGE}/tags/list"
            start = int(query.get("last", 0))
            more = f'</v2/{IMAGE}/tags/list?n=2&last={start + 2}>; rel="next"'
            link = [("Link", more)] if start + 2 < len(registry.tags) else []
            self._answer(200, {"name": IMAGE, "tags": registry.tags[start : start + 2]}, *link)

    def _answer(self, status: int, body: object, *headers: tuple[str, str]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Length", str(len(text))), *headers):
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # who asked has had enough
            self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry on this machine, which is asked from now on."""
    server = Registry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv(names.VARIABLE, f"{server.address}/{IMAGE}")
    monkeypatch.setattr(names, "WITHIN", 20.0)  # a slow machine is no case of its own
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_newest_stable_tag_is_the_default(registry: Registry) -> None:
    found = detect()
    assert (found.newest, found.newest_by) == (
        "0.90.0",
        f"by {registry.address}",
    )


def test_it_is_remembered_for_a_day(
    registry: Registry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert newest().version == "0.90.0"
    asked = len(registry.asked)
    registry.tags.append("0.92.0")
    assert newest().version == "0.90.0"
    assert len(registry.asked) == asked
    (kept,) = home.rglob("releases.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert newest().version == "0.92.0"


def test_a_registry_that_refuses_is_let_alone_for_an_hour(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.refuses = True
    assert newest() == names.Newest(RELEASE, "known on August 22, 2026")
    registry.refuses = False
    assert newest().version == RELEASE
    assert len(registry.asked) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    assert newest().version == "0.90.0"


def test_a_slow_registry_holds_nobody_up(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "WITHIN", 0.2)
    registry.slow = 2
    begun = time.monotonic()
    assert newest().version == RELEASE
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("tags", [[], ["latest"], [None, 7], [{}]], ids=str)
def test_tags_that_are_none(registry: Registry, tags: list[Any]) -> None:
    registry.tags = tags
    assert newest().version == RELEASE


@pytest.mark.parametrize("text", ["", "[]", "{", '{"image": 1}', "\ufeff"])
def test_a_memory_that_cannot_be_read_is_passed_over(
    registry: Registry, home: Path, text: str
) -> None:
    newest()
    (kept,) = home.rglob("releases.json")
    kept.write_text(text)
    assert newest().version == "0.90.0"


def test_off_asks_nobody(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(names.VARIABLE, "off")
    assert newest().version == RELEASE
    assert registry.asked == []


def test_a_plan_says_how_it_is_known(registry: Registry, command: Command) -> None:
    told = command("answers").out
    assert "0.90.0" in told
    assert f"the newest release by {registry.address}; no formae CLI was found" in told


@unsampled_tier
def test_status_compares_with_the_same(
    registry: Registry, standin: object, command: Command
) -> None:
    command.deployed(image_version="0.88.1")
    told = command("status", "--region", REGION).out
    assert f"the newest release by {registry.address} is 0.90.0" in told
