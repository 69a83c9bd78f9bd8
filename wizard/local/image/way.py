"""Which way an image travels: from registry to registry, or through the Docker engine, and why.

Both ways know before they start that the image is there, with its digest and platforms.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.local.image.direct import copy_directly
from wizard.local.image.docker_config import DockerConfig
from wizard.local.image.names import Destination, RegistryLogin, registry_of, repository_of
from wizard.local.image.published import Published, look_up, no_platform, source_registry
from wizard.local.image.registry import NoWayError, RefusedError, Registry, Tries
from wizard.local.image.stream import (
    REGISTRY,
    WHOLE,
    Cancelled,
    LayerProgress,
    Stage,
    refusal,
    unreached,
)

if TYPE_CHECKING:
    from docker import APIClient

TOKENS = {"ghcr.io": ("GH_TOKEN", "GITHUB_TOKEN")}
"""Variables in which the command of a registry's makers keeps its token."""
HUB = "docker.io"
"""Limits who comes without a login, so the login comes first there."""
ASKED = "as you asked"
BRIEFLY = Tries(budget=1.5, wait=time.sleep, connect=5, read=10)
"""For who only looks whether the image is there."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an image travels, and what is known of it before."""

    reference: str
    platform: str
    digest: str
    """Of the manifest for the platform, or where only the engine has it, of the image's config."""
    size: int
    """Bytes that travel, 0 while unknown."""
    platforms: tuple[str, ...]
    engine: str = ""
    """The Docker engine and its version, for a sentence; empty where none is used."""
    why: str = ""
    """Why the engine is used, to complete a sentence."""
    image: Published | None = None
    source: Registry | None = None
    free: int | None = None
    """Bytes left for the engine, where its disk is this machine's."""
    trouble: str = ""
    """Why a stored login could not be had, as a sentence; a public image needs none."""
    digests: tuple[str, ...] = ()
    """By which a copy of it is known, that of its config last; empty while unknown."""
    kept: int = 0
    """Bytes that the engine keeps of it, where only the engine has it."""

    @property
    def about(self) -> str:
        """Platforms, size and digest, for a sentence."""
        size = f"{self.size / 1e6:.1f} MB" if self.size else "size unknown"
        if self.kept:
            size = f"{self.kept / 1e6:.1f} MB in the engine"
        _, _, name = self.digest.partition(":")
        return f"{', '.join(self.platforms)}, {size}, sha256:{name[:12]}…"

    @property
    def words(self) -> str:
        """The image and its way, as a sentence without its full stop."""
        if self.engine:
            return f"{self.about}; through the Docker {self.engine}, {self.why}"
        return f"{self.about}; directly from {registry_of(self.reference)}, without Docker"


def find_way(
    reference: str, platform: str, tries: Tries, *, docker: bool = False, profile: str = ""
) -> Way:
    """Find the image `repository:tag` for `platform` (`os/architecture`), and how it travels.

    The Docker engine is taken where `docker` asks for it, and where the registry cannot be asked
    from here or does not have the image, but the engine can or does. Raises WizardError where no
    way leads to it.
    """
    if docker:
        way = _through_engine(reference, platform, ASKED)
        try:  # a registry tells more than an engine
            told = _direct(reference, platform, tries, profile)
        except WizardError:
            return way
        return replace(way, digest=told.digest, size=told.size, digests=told.digests, kept=0)
    try:
        return _direct(reference, platform, tries, profile)
    except WizardError as problem:
        if problem.entry == "FW-DOCK-008":
            raise
        try:
            return _through_engine(reference, platform, _because(problem, reference))
        except WizardError:
            raise problem from None


def _because(problem: WizardError, reference: str) -> str:
    if problem.entry == "FW-IMG-001":
        return f"because only the engine reaches {registry_of(reference)}"
    return "because only the engine has the image or may read it"


def _direct(reference: str, platform: str, tries: Tries, profile: str) -> Way:
    registry = source_registry(reference, tries, profile)
    first: RefusedError | None = None
    troubles: list[str] = []
    for login in _logins(registry.host, troubles):
        registry = source_registry(reference, tries, profile)
        registry.login = login
        try:
            found = look_up(registry, reference, platform)
        except RefusedError as refused:
            first = first or refused
            continue
        except NoWayError as nobody:
            raise unreached(nobody.host, nobody.words) from None
        about = (found.digest, found.size, found.platforms)
        digests = (found.digest, found.config.digest)
        return Way(reference, platform, *about, image=found, source=registry, digests=digests)
    assert first is not None  # noqa: S101 - there is always one try without a login
    problem = refusal(first.words, Stage.PULL, reference, REGISTRY)
    if troubles:
        problem = replace(problem, why=f"{problem.why.rstrip('.')}. {' '.join(troubles)}")
    raise problem


def _logins(host: str, troubles: list[str]) -> Iterator[RegistryLogin | None]:
    """No login, then those that this machine keeps; what is wrong with them goes to `troubles`.

    A helper, which may ask the person to unlock something, is only asked where it matters.
    """
    if host != HUB:
        yield None
    stored = DockerConfig().login(host)
    if stored.login:
        yield stored.login
    if stored.trouble:
        troubles.append(f"It was asked without a login. {stored.trouble}")
    for name in TOKENS.get(host, ()):
        if token := os.environ.get(name):
            yield RegistryLogin(host, "token", Secret(token))
    if host == HUB:
        yield None


def _through_engine(reference: str, platform: str, why: str) -> Way:
    """The way through the engine, which is asked what its registry or its own store has."""
    from wizard.local.image.engine import connect, troubles, uses_containerd_store

    digests: tuple[str, ...] = ()
    kept = 0
    with closing(connect()) as engine:
        login = DockerConfig().login(registry_of(reference))
        try:
            about, free = engine.version(), _free(engine)
            words = f"engine {about.get('Version', '?')} on "
            words += f"{about.get('Os', '?')}/{about.get('Arch', '?')}"
            try:
                digest, platforms = _distributed(engine, reference, login.header)
            except troubles():
                stored = _stored(engine, reference)
                if not stored:
                    raise
                digest, platforms = stored["Id"], (f"{stored['Os']}/{stored['Architecture']}",)
                kept = int(stored["Size"])
                # containerd's store has an index there, of which one manifest is sent
                digests = () if uses_containerd_store(engine) else (digest,)
        except troubles() as trouble:
            said = str(getattr(trouble, "explanation", None) or trouble)
            raise refusal(said, Stage.PULL, reference) from None
    if platform not in platforms:
        raise no_platform(reference, platform, platforms)
    return Way(
        reference,
        platform,
        digest,
        0,
        platforms,
        engine=words,
        why=why,
        free=free,
        trouble=login.trouble,
        digests=digests,
        kept=kept,
    )


def _free(engine: APIClient) -> int | None:
    if not str(engine.base_url).startswith("http+docker://"):
        return None  # it runs elsewhere
    try:
        return shutil.disk_usage(engine.info().get("DockerRootDir") or "").free
    except OSError:
        return None  # inside a virtual machine, as on a Mac


def _distributed(
    engine: APIClient, reference: str, header: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Digest and platforms that the registry has, by way of the engine."""
    url = f"{engine.base_url}/v{engine.api_version}/distribution/{reference}/json"
    answer = engine.get(url, headers=header, timeout=60)
    engine._raise_for_status(answer)
    found = answer.json()
    named = (
        f"{each.get('os')}/{each.get('architecture')}"
        for each in found.get("Platforms") or ()
        if each.get("os") != "unknown"
    )
    return str(found["Descriptor"]["digest"]), tuple(dict.fromkeys(named))


def _stored(engine: APIClient, reference: str) -> Mapping[str, Any]:
    """An image that the engine itself has, as inspected; empty where it has none."""
    from docker.errors import ImageNotFound

    try:
        return dict(engine.inspect_image(reference))
    except ImageNotFound:
        return {}


def copy_along(
    way: Way,
    destination: Destination,
    tries: Tries,
    report: Callable[[LayerProgress], None],
    cancelled: Cancelled,
) -> str:
    """Copy the image the way that was found; the digest it has there. Raises WizardError."""
    report(LayerProgress(WHOLE, way.words, 0, way.size))
    if way.image is None or way.source is None:
        from wizard.local.image.copying import copy_image

        return copy_image(
            source=way.reference,
            destination=destination,
            platform=way.platform,
            report=report,
            tries=tries,
            cancelled=cancelled,
        )
    target = Registry(
        registry_of(destination.reference),
        repository_of(destination.reference),
        tries,
        login=destination.login(),
        url=destination.url,
        renew=destination.login,
    )
    try:
        return copy_directly(
            way.image, way.source, target, destination.reference, report, cancelled
        )
    except RefusedError as refused:
        pulled = refused.host == way.source.host
        stage, image = Stage.PULL, way.reference
        if not pulled:
            stage, image = Stage.PUSH, destination.reference
        raise refusal(refused.words, stage, image, REGISTRY) from None
    except NoWayError as nobody:
        raise unreached(nobody.host, nobody.words) from None
