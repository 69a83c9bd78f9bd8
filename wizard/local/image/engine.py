"""The Docker engine of this person: finding it as the docker command does, and saying why not.

The only place of the package that imports the Docker SDK, and only while it is used.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from wizard.base.errors import ExitCode, WizardError
from wizard.local.image import advice
from wizard.local.image.docker_config import DockerConfig

if TYPE_CHECKING:
    from docker import APIClient

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
        raise advice.unreachable(trouble, address.told_by) from None
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
        raise advice.settings(trouble) from None
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
        raise advice.unreachable(trouble, address.told_by) from None
    if problems:
        raise problems[0]


def _problems(engine: "APIClient") -> Iterator[WizardError]:
    """What keeps a running engine from holding and pushing one linux/amd64 image."""
    about = engine.version()
    if about.get("Os") == "windows":
        yield advice.windows_containers()
    if api_of(engine) < OLDEST_API:
        yield advice.too_old(about.get("Version", "?"), "Docker 20.10")
    elif api_of(engine) < (1, 46) and uses_containerd_store(engine):
        yield advice.cannot_choose_platform(about.get("Version", "?"))
