"""A real Docker engine and real registries as fixtures, started when a test first asks for them.

They are slow to start, so all tests that use them belong onto one worker of pytest-xdist: put
`pytestmark = docker_tests` into their module and run with `--dist loadgroup`. Everything is
started here, stopped here by its process, and keeps its files in one folder that is removed.
"""

import base64
import contextlib
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.support.oci_images import Image, Registry, image
from tests.support.parts import need
from wizard.base.errors import WizardError
from wizard.local.image.engine import connect

if TYPE_CHECKING:
    from docker import APIClient

docker_tests = pytest.mark.xdist_group("docker")

REPOSITORY = "platform-engineering-labs/formae"
VERSION = "0.88.1"
ARM_ONLY = "0.88.1-arm64"
NO_AMD64 = "0.88.1-no-amd64"
ECR_USER = "AWS"
ECR_PASSWORD = "canary-ecr-password-4711"
SIZES = (400_000, 300_000, 200_000)


@functools.cache
def formae(architecture: str) -> Image:
    """What the source registry holds for one architecture, such as "amd64"."""
    return image(architecture, seed=1, layer_sizes=SIZES)


@dataclass(frozen=True, slots=True)
class SourceRegistry:
    """An open registry with the images of `REPOSITORY`; `image` is their name for a pull."""

    address: str

    @property
    def image(self) -> str:
        return f"{self.address}/{REPOSITORY}"

    @property
    def api(self) -> Registry:
        return Registry(self.address)


@dataclass(frozen=True, slots=True)
class EcrRegistry:
    """A registry that wants HTTP basic auth, as ECR does, and holds nothing at first."""

    address: str
    username: str
    password: str

    @property
    def api(self) -> Registry:
        login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return Registry(self.address, f"Basic {login}")


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running dockerd. `host` is what belongs into DOCKER_HOST."""

    host: str
    process: subprocess.Popen[bytes]

    def answers(self) -> bool:
        from docker.errors import DockerException

        try:
            with contextlib.closing(self.client()) as client:
                return bool(client.ping())
        except (DockerException, OSError):
            return False

    def client(self) -> "APIClient":
        from docker import APIClient

        return APIClient(self.host, version="auto", timeout=20)

    def stop(self) -> None:
        _stop(self.process)


@pytest.fixture(scope="session")
def docker_daemon() -> Iterator[Daemon]:
    """An engine with the classic image store, shared by the tests of a worker."""
    with running_engine() as daemon:
        yield daemon


@pytest.fixture
def docker_engine(
    home: Path, docker_daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> Iterator["APIClient"]:
    """DOCKER_HOST leads to the shared engine; a client of it, to look at what is there."""
    monkeypatch.setenv("DOCKER_HOST", docker_daemon.host)
    with contextlib.closing(docker_daemon.client()) as client:
        yield client


@pytest.fixture(scope="session")
def source_registry() -> Iterator[SourceRegistry]:
    """What ghcr.io is to us: VERSION for amd64 and arm64 with attestations.

    NO_AMD64 is an index without amd64, ARM_ONLY a single image for arm64 without an index.
    """
    with _running_registry() as address:
        source = SourceRegistry(address)
        source.api.upload(REPOSITORY, VERSION, {name: formae(name) for name in ("amd64", "arm64")})
        source.api.upload(REPOSITORY, ARM_ONLY, {"arm64": formae("arm64")})
        source.api.upload(
            REPOSITORY, NO_AMD64, {name: formae(name) for name in ("arm64", "riscv64")}
        )
        yield source


@pytest.fixture(scope="session")
def ecr_registry() -> Iterator[EcrRegistry]:
    """What ECR is to us: a registry behind basic auth. Tests take repositories of their own."""
    with _running_registry((ECR_USER, ECR_PASSWORD)) as address:
        yield EcrRegistry(address, ECR_USER, ECR_PASSWORD)


@contextlib.contextmanager
def running_engine() -> Iterator[Daemon]:
    """A dockerd of its own. Where its storage driver does not work here, vfs, which always does.

    Without root there is no engine: fails where CI is set, skips elsewhere.
    """
    dockerd = need("dockerd", package="docker.io")
    with _folder() as folder:
        daemon = _first_that_starts(dockerd, folder)
        try:
            yield daemon
        finally:
            daemon.stop()


def _first_that_starts(dockerd: str, folder: Path) -> Daemon:
    for driver in [], ["--storage-driver=vfs"]:
        daemon = _start_engine(dockerd, folder, driver)
        if _until(daemon.answers, daemon.process):
            return daemon
        daemon.stop()
    return _missing(f"dockerd does not start: {_last_line(folder / 'dockerd.log')}")


def _start_engine(dockerd: str, folder: Path, driver: list[str]) -> Daemon:
    config = folder / "daemon.json"
    config.write_text("{}")
    host = f"unix://{folder}/d.sock"
    command = [dockerd, "--host", host, "--config-file", str(config), *driver]
    command += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"]
    command += ["--pidfile", f"{folder}/d.pid", "--iptables=false", "--ip6tables=false"]
    return Daemon(host, _start([*command, "--bridge=none"], folder, "dockerd.log"))


@contextlib.contextmanager
def _running_registry(login: tuple[str, str] | None = None) -> Iterator[str]:
    """A docker-registry on a free loopback port; yields its host:port."""
    program = need("docker-registry", package="docker-registry")
    with _folder() as folder:
        settings: dict[str, object] = {
            "version": "0.1",
            "log": {"level": "info", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": f"{folder}/data"}},
            "http": {"addr": "127.0.0.1:0"},
        }
        if login:
            import bcrypt

            hashed = bcrypt.hashpw(login[1].encode(), bcrypt.gensalt(4)).decode()
            (folder / "htpasswd").write_text(f"{login[0]}:{hashed}\n")
            settings["auth"] = {"htpasswd": {"realm": "ecr", "path": f"{folder}/htpasswd"}}
        (folder / "config.json").write_text(json.dumps(settings))  # JSON is YAML
        process = _start([program, "serve", f"{folder}/config.json"], folder, "registry.log")
        try:
            yield _listening(folder / "registry.log", process)
        finally:
            _stop(process)


def _listening(log: Path, process: subprocess.Popen[bytes]) -> str:
    """The address the registry chose, which it says in its log only."""
    said = re.compile(r"listening on (127\.0\.0\.1:\d+)")
    if not _until(lambda: bool(said.search(log.read_text())), process):
        _missing(f"docker-registry does not start: {_last_line(log)}")
    found = said.search(log.read_text())
    assert found
    return found[1]


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets, gone afterwards with what is mounted in it."""
    folder = Path(tempfile.mkdtemp(prefix="formae-docker-"))
    try:
        yield folder
    finally:
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for mount in sorted((m for m in mounts if m.startswith(f"{folder}/")), reverse=True):
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(folder)


def _start(command: list[str], folder: Path, log: str) -> subprocess.Popen[bytes]:
    """Start a program that sees nothing of this machine's settings."""
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": str(folder)}
    with (folder / log).open("wb") as out:
        return subprocess.Popen(
            command, stdout=out, stderr=out, env=environment, start_new_session=True
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(true: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 40) -> bool:
    """Whether `true` became true in time, while the process was alive."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if true():
            return True
        time.sleep(0.05)
    return False


def _missing(message: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _last_line(log: Path) -> str:
    return (log.read_text().strip().splitlines() or ["it says nothing"])[-1]


def engine_problem() -> WizardError | None:
    """Why no image can be copied with the engine of this machine; None when one can."""
    try:
        connect().close()
    except WizardError as problem:
        return problem
    return None
