"""What a registry has under a reference: digest, size and platforms, before a byte is copied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.base.errors import WizardError
from wizard.local.image.names import registry_of, repository_of, split_reference
from wizard.local.image.registry import RefusedError, Registry, Tries, json_object

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
ACCEPTED = ", ".join((OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST))
UNKNOWN = "unknown"
"""Operating system and architecture of attestations, which are no image."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A config or a layer: `digest` is "sha256:…" of its `size` bytes."""

    digest: str
    size: int

    @property
    def id(self) -> str:
        """The short form that progress shows."""
        return self.digest.removeprefix("sha256:")[:12]


@dataclass(frozen=True, slots=True)
class Published:
    """One platform's image as a registry has it under `reference`."""

    reference: str
    digest: str
    """Of its manifest, "sha256:…"; a copy has the same."""
    media_type: str
    manifest: bytes
    config: Blob
    layers: tuple[Blob, ...]
    platforms: tuple[str, ...]
    """All platforms of the reference, such as "linux/amd64"."""

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """Config and layers, each once."""
        return tuple(dict.fromkeys((self.config, *self.layers)))

    @property
    def size(self) -> int:
        """Bytes that travel."""
        return sum(each.size for each in self.blobs)


def source_registry(reference: str, tries: Tries, profile: str = "") -> Registry:
    """The registry and repository that a reference names, to be asked without a login."""
    return Registry(registry_of(reference), repository_of(reference), tries, profile=profile)


def look_up(registry: Registry, reference: str, platform: str) -> Published:
    """What the registry has under `reference` (`repository:tag`) for `platform` (`os/arch`).

    Raises RefusedError and NoWayError as the registry; WizardError where it has the reference, but
    not for the platform.
    """
    _, tag = split_reference(reference)
    kind, data = _manifest(registry, tag)
    found = json_object(data)
    if kind not in INDEXES:
        return _single(registry, reference, platform, kind, data)
    entries = list(_entries(found))
    platforms = tuple(dict.fromkeys(name for name, _ in entries))
    chosen = next((entry for name, entry in entries if name == platform), None)
    if chosen is None:
        raise no_platform(reference, platform, platforms)
    digest = str(chosen["digest"])
    kind, data = _manifest(registry, digest)
    return _published(reference, digest, kind, data, platforms)


def _single(registry: Registry, reference: str, platform: str, kind: str, data: bytes) -> Published:
    """A reference that names one image without an index; its config says for what it is built."""
    digest = _digest(data)
    found = _published(reference, digest, kind, data, ())
    about = json_object(blob(registry, found.config))
    name = f"{about.get('os')}/{about.get('architecture')}"
    if name != platform:
        raise no_platform(reference, platform, (name,))
    return _published(reference, digest, kind, data, (name,))


def blob(registry: Registry, wanted: Blob) -> bytes:
    """A small blob whole. Raises RefusedError where it is not what its digest says."""
    data = registry.ask("GET", f"blobs/{wanted.digest}").body
    if _digest(data) != wanted.digest:
        raise RefusedError(f"the content of {wanted.digest} does not match its digest")
    return data


def no_platform(reference: str, platform: str, platforms: tuple[str, ...]) -> WizardError:
    """The reference is there, but not for the platform that the host runs."""
    return WizardError(
        f"{reference} does not exist for {platform}.",
        f"It is built for {', '.join(platforms) or 'no platform'}.",
        f"Choose a version or an image built for {platform}.",
        entry="FW-DOCK-008",
    )


def _manifest(registry: Registry, reference: str) -> tuple[str, bytes]:
    """Media type and bytes of a manifest; those that are asked for by digest are verified."""
    answer = registry.ask("GET", f"manifests/{reference}", headers={"Accept": ACCEPTED})
    if reference.startswith("sha256:") and _digest(answer.body) != reference:
        raise RefusedError(f"the manifest {reference} does not match its digest")
    told = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    return str(json_object(answer.body).get("mediaType") or told), answer.body


def _entries(index: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The images of an index by their platform, without the attestations."""
    for entry in index.get("manifests") or ():
        platform = entry.get("platform") or {}
        system, architecture = platform.get("os"), platform.get("architecture")
        if system and architecture and UNKNOWN not in {system, architecture}:
            yield f"{system}/{architecture}", entry


def _published(
    reference: str, digest: str, kind: str, data: bytes, platforms: tuple[str, ...]
) -> Published:
    manifest = json_object(data)
    try:
        config, *layers = (
            Blob(str(each["digest"]), int(each["size"]))
            for each in (manifest["config"], *manifest["layers"])
        )
    except (KeyError, TypeError, ValueError):
        raise RefusedError(f"its manifest is of an unknown kind ({kind or 'none'})") from None
    return Published(
        reference=reference,
        digest=digest,
        media_type=kind,
        manifest=data,
        config=config,
        layers=tuple(layers),
        platforms=platforms,
    )


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
