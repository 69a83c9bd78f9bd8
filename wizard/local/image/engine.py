"""The Docker engine of this person: finding it as the docker command does, and saying why not.

Also what to do about an engine that is not there, in the words of the person's system. The only
place of the package that imports the Docker SDK, and only while it is used.
"""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from wizard.base.errors import ExitCode, WizardError
from wizard.local.image.docker_config import DockerConfig

if TYPE_CHECKING:
    from docker import APIClient


_START = {
    "Linux": "Start it with `sudo systemctl start docker`, or install it: "
    "https://docs.docker.com/engine/install/",
    "Darwin": "Start Docker Desktop (`open -a Docker`), or colima (`colima start`).",
    "Windows": "Start Docker Desktop and wait until it shows that the engine is running.",
}
_LET_IN = {
    "Linux": "Add yourself to the group docker with `sudo usermod -aG docker $USER`, then log out "
    "and in again (or run `newgrp docker` for one terminal).",
    "Darwin": "Start Docker Desktop or colima as yourself, not as another user.",
    "Windows": "Add yourself to the group docker-users, then log out and in again.",
}
_START_ANY = "Start the Docker engine."


def unreachable(trouble: BaseException, told_by: str) -> WizardError:
    """No engine answered where `told_by` says it is; the reason is dug out of `trouble`."""
    causes = list(_causes(trouble))
    words = _words(causes)
    system = platform.system()
    if any(isinstance(cause, PermissionError) for cause in causes):
        return WizardError(
            "You are not allowed to use the Docker engine.",
            f"The wizard tried {told_by}: {words}.",
            _LET_IN.get(system, "Give your user access to the engine's socket."),
            ExitCode.NOT_READY,
            entry="FW-DOCK-021",
        )
    return WizardError(
        "No Docker engine answers.",
        f"The wizard tried {told_by}: {words}.",
        f"{_START.get(system, _START_ANY)}{_elsewhere(told_by)}",
        ExitCode.NOT_READY,
        entry="FW-DOCK-020",
    )


def too_old(version: str, oldest: str) -> WizardError:
    """The engine lacks what a copy needs."""
    return WizardError(
        "The Docker engine is too old.",
        f"It is version {version}; the minimum is {oldest}.",
        "Update Docker.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def cannot_choose_platform(version: str) -> WizardError:
    """Containerd's image store, before Docker 27 could push one platform of an image."""
    return WizardError(
        "This Docker engine cannot push a single platform of an image.",
        f"It is version {version} with the containerd image store, which can do that since Docker "
        "27; the agent needs an image for its own platform alone.",
        "Update Docker to 27 or later, or turn the containerd image store off.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def windows_containers() -> WizardError:
    """The engine runs, but holds Windows images only."""
    return WizardError(
        "The Docker engine is set to Windows containers.",
        "formae's image is built for Linux.",
        "In Docker Desktop's menu choose `Switch to Linux containers`.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def gone(trouble: BaseException, doing: str) -> WizardError:
    """The engine was there and fell silent while `doing` something ("pushing …")."""
    words = _words(list(_causes(trouble)))
    return WizardError(
        f"The Docker engine stopped responding while {doing}.",
        f"The connection to it ended: {words}",
        f"{_START.get(platform.system(), _START_ANY)} "
        "Then run the command again; finished layers are not sent again.",
        entry="FW-DOCK-023",
    )


def settings(trouble: BaseException) -> WizardError:
    """The docker command's own settings cannot be understood."""
    return WizardError(
        "The docker command's settings do not select an engine.",
        f"{_words(list(_causes(trouble)))}.",
        "Check DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and `docker context ls`.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-024",
    )


def _elsewhere(told_by: str) -> str:
    if "ssh://" in told_by:
        return " An engine behind ssh:// cannot be used here; choose one on this machine."
    if told_by.startswith("DOCKER_HOST"):
        return " Or correct DOCKER_HOST, or unset it."
    if "context" in told_by:
        return " Or choose another with `docker context use`."
    return ""


def _words(causes: list[BaseException]) -> str:
    """The system's own words where it has some, else those of the outermost error."""
    said = [cause for cause in causes if isinstance(cause, OSError) and cause.errno]
    chosen = said[-1] if said else causes[0]
    return str(chosen).rstrip(".") or type(chosen).__name__


def _causes(trouble: BaseException) -> Iterator[BaseException]:
    """The error and what is wrapped in it, outermost first.

    The HTTP libraries put the system's error into the arguments of their own, nested, or into
    `reason`.
    """
    seen: set[int] = set()
    queue: list[object] = [trouble]
    while queue:
        item = queue.pop(0)
        if isinstance(item, tuple):
            queue.extend(item)
        elif isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            yield item
            queue.extend([item.args, getattr(item, "reason", None)])
            queue.extend([item.__cause__, item.__context__])


OLDEST_API = (1, 41)
"""Docker 20.10 of 2020, the oldest engine this is tried with."""
ANSWER_WITHIN = 20
"""Seconds the engine has for a question that needs no registry."""


@dataclass(frozen=True, slots=True)
class _Address:
    """Which engine is meant. `told_by` names where that was said; `how` is for the SDK."""

    told_by: str
    how: dict[str, Any]


def connect() -> "APIClient":
    """A client of the engine, checked to be usable. The caller closes it.

    Raises WizardError (NOT_READY) where there is no engine, none that lets us in, or one that
    cannot hold our image.
    """
    address = _address()
    try:
        engine = _client(address)
    except troubles() as trouble:
        raise unreachable(trouble, address.told_by) from None
    try:
        _check(engine, address)
    except BaseException:
        engine.close()
        raise
    return engine


def troubles() -> tuple[type[Exception], ...]:
    """What the SDK raises: its own errors, and those of requests, which are OSErrors."""
    from docker.errors import DockerException

    return (DockerException, OSError)


def api_of(engine: "APIClient") -> tuple[int, ...]:
    """The API version spoken with this engine, such as (1, 41)."""
    return tuple(int(part) for part in engine.api_version.split("."))


def uses_containerd_store(engine: "APIClient") -> bool:
    """Whether images live in containerd's store, which keeps all platforms of an image."""
    status = engine.info().get("DriverStatus") or []
    return ["driver-type", "io.containerd.snapshotter.v1"] in status


def _client(address: _Address) -> "APIClient":
    from docker.api import client as sdk

    # The SDK would read config.json as well, and break over what the docker command takes.
    sdk.__dict__["config"] = SimpleNamespace(load_general_config=dict)
    sdk.__dict__["auth"] = SimpleNamespace(load_config=lambda **_: None)
    engine = sdk.APIClient(version="auto", timeout=ANSWER_WITHIN, **address.how)
    engine.headers.update(DockerConfig().headers)
    return engine


def _address() -> _Address:
    """Decide as the docker command does: DOCKER_HOST, DOCKER_CONTEXT, its current context."""
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    host = os.environ.get("DOCKER_HOST")
    try:
        how = kwargs_from_env()
        context = None if host else _context()
    except (DockerException, OSError, ValueError) as trouble:
        raise settings(trouble) from None
    if host:
        return _Address(f"DOCKER_HOST ({host})", how)
    return context or _Address("the default location", how)


def _context() -> _Address | None:
    """The docker command's context; None where that is its built-in one.

    Raises WizardError where a context is named that does not exist, and what `DockerConfig` and
    the SDK raise for one that cannot be read.
    """
    config = DockerConfig()
    name = config.context_name
    if name == "default":
        return None
    context = config.context(name)
    if context is None:
        raise WizardError(
            f"The Docker context {name!r} does not exist.",
            f"DOCKER_CONTEXT or {config.file} names it, and {config.folder / 'contexts'} has none "
            "with that name.",
            (
                "List the contexts with `docker context ls`; choose one with `docker context use "
                "<name>`."
            ),
            ExitCode.NOT_READY,
            entry="FW-DOCK-024",
        )
    how: dict[str, Any] = {"base_url": context.host}
    if context.certificates:
        how["tls"] = _tls(context.certificates, verifies=context.verifies)
    return _Address(f"the Docker context {name!r} ({context.host})", how)


def _tls(folder: Path, *, verifies: bool) -> Any:
    from docker.tls import TLSConfig

    ca, cert, key = (folder / f"{name}.pem" for name in ("ca", "cert", "key"))
    pair = (str(cert), str(key)) if cert.is_file() and key.is_file() else None
    ca_cert = str(ca) if ca.is_file() else None
    return TLSConfig(client_cert=pair, ca_cert=ca_cert, verify=verifies)


def _check(engine: "APIClient", address: _Address) -> None:
    try:
        problems = list(_problems(engine))
    except troubles() as trouble:
        raise unreachable(trouble, address.told_by) from None
    if problems:
        raise problems[0]


def _problems(engine: "APIClient") -> Iterator[WizardError]:
    """What keeps a running engine from holding and pushing one linux/amd64 image."""
    about = engine.version()
    if about.get("Os") == "windows":
        yield windows_containers()
    if api_of(engine) < OLDEST_API:
        yield too_old(about.get("Version", "?"), "Docker 20.10")
    elif api_of(engine) < (1, 46) and uses_containerd_store(engine):
        yield cannot_choose_platform(about.get("Version", "?"))
