"""Finding the engine as the docker command does, and saying what is wrong with it."""

import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.docker_engine import Daemon, docker_tests, engine_problem
from tests.support.parts import need
from wizard.base.errors import ExitCode
from wizard.local.image.engine import connect

pytestmark = docker_tests

ADVICE = {
    "Linux": ("systemctl start docker", "group docker"),
    "Darwin": ("colima", "as yourself"),
    "Windows": ("Docker Desktop", "docker-users"),
    "Plan9": ("Start the Docker engine", "Give your user"),
}


def context(home: Path, name: str, host: str) -> None:
    """Let the real docker command make a context, and use it."""
    docker = need("docker", package="docker-cli")
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    for command in [["create", name, "--docker", f"host={host}"], ["use", name]]:
        subprocess.run([docker, "context", *command], env=environment, check=True)


def test_running_engine_is_no_problem(docker_engine: Any) -> None:
    assert engine_problem() is None


def test_context_of_the_docker_command(docker_daemon: Daemon, home: Path) -> None:
    context(home, "mine", docker_daemon.host)
    with closing(connect()) as engine:
        assert engine.ping()


def test_docker_host_goes_before_a_context(
    docker_daemon: Daemon, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context(home, "dead", f"unix://{home}/dead.sock")
    problem = engine_problem()
    assert problem
    assert "context 'dead'" in problem.why
    assert "docker context use" in problem.fix

    monkeypatch.setenv("DOCKER_HOST", docker_daemon.host)
    assert engine_problem() is None


def test_docker_context_goes_before_the_current_one(
    docker_daemon: Daemon, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context(home, "alive", docker_daemon.host)
    context(home, "dead", f"unix://{home}/dead.sock")
    monkeypatch.setenv("DOCKER_CONTEXT", "alive")
    assert engine_problem() is None


def test_context_that_is_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    problem = engine_problem()
    assert problem
    assert problem.what == "The Docker context 'nowhere' does not exist."


@pytest.mark.parametrize("system", ADVICE)
def test_no_engine(home: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{home}/nothing.sock")
    problem = engine_problem()
    assert problem
    assert problem.code is ExitCode.NOT_READY
    assert problem.what == "No Docker engine answers."
    assert "nothing.sock): [Errno 2] No such file" in problem.why
    assert ADVICE[system][0] in problem.fix
    assert "correct DOCKER_HOST" in problem.fix


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which only root can")
@pytest.mark.parametrize("system", ADVICE)
def test_no_permission(docker_engine: Any, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert engine_problem() is None  # all imports are made as root
    os.seteuid(65534)
    try:
        problem = engine_problem()
    finally:
        os.seteuid(0)
    assert problem
    assert problem.what == "You are not allowed to use the Docker engine."
    assert "Permission denied" in problem.why
    assert ADVICE[system][1] in problem.fix


@contextmanager
def pretending(answers: dict[str, dict[str, Any]]) -> Iterator[str]:
    """An engine that cannot be had here: answers by the end of the path; its DOCKER_HOST."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers[self.path.rpartition("/")[2]]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


CONTAINERD = {"DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]}


@pytest.mark.parametrize(
    ("version", "api", "system", "info", "what"),
    [
        ("19.03.15", "1.40", "linux", {}, "too old"),
        ("28.5.2", "1.51", "windows", {}, "Windows containers"),
        ("26.1.5", "1.45", "linux", CONTAINERD, "cannot push a single platform"),
        ("26.1.5", "1.45", "linux", {"DriverStatus": None}, ""),
        ("27.0.0", "1.46", "linux", CONTAINERD, ""),
    ],
)
def test_engines_that_cannot_do_it(
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    api: str,
    system: str,
    info: dict[str, Any],
    what: str,
) -> None:
    about = {"Version": version, "ApiVersion": api, "Os": system}
    with pretending({"version": about, "info": info}) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        problem = engine_problem()
    if not what:
        assert problem is None
        return
    assert problem
    assert what in problem.what
    assert problem.code is ExitCode.NOT_READY


@pytest.mark.parametrize("host", ["ssh://me@nowhere", "nonsense://x", "tcp://127.0.0.1:9"])
def test_hosts_that_do_not_work(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    problem = engine_problem()
    assert problem
    assert problem.what == "No Docker engine answers."
    assert host in problem.why


def test_ssh_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://me@nowhere")
    problem = engine_problem()
    assert problem
    assert "ssh:// cannot be used here" in problem.fix


def test_certificates_without_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    problem = engine_problem()
    assert problem
    assert "DOCKER_CERT_PATH" in problem.fix


def test_the_package_loads_without_the_sdk() -> None:
    found = "[m for m in sys.modules if m.startswith('docker')]"
    code = f"import sys, wizard.local.image.copying; print({found})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
