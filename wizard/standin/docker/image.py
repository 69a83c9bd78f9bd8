"""The image of formae as the Docker engine stand-in holds it: names, layers, manifest."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

SOURCE = re.compile(r"(?:[\w.:-]+/)?platform-engineering-labs/formae")
TAGS = re.compile(r"latest|0\.8\d\.\d+(?:-dev\.\d+)?")
"""The tags that exist in the source's registry."""
MEGABYTE = 1_000_000
LAYERS = (29_723_147, 812, 61_391_020, 88_240_517, 12_094_888, 43_977_310, 5_310_226, 37_854_003)
"""Sizes of the compressed layers, in bytes."""
UNPACKED = 2.6
"""How much larger a layer is unpacked."""
MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"


SHARE = 1000
"""The layers that travel are so many times smaller than those of `LAYERS`, but for the demo."""
CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: `name` makes its content, `size` is what an engine tells of it."""

    name: str
    size: int
    share: int = SHARE

    @property
    def length(self) -> int:
        """How long its content is."""
        return max(self.size // self.share, 1)

    def content(self, start: int = 0) -> Iterator[bytes]:
        """Yield its content from a byte on: nothing of use, but always the same."""
        pattern = hashlib.sha256(self.name.encode()).digest() * (CHUNK // 32)
        while start < self.length:
            inside = start % CHUNK
            piece = pattern[inside : inside + self.length - start]
            yield piece
            start += len(piece)

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return _digest_of(self)

    @property
    def id(self) -> str:
        """The short id shown in progress."""
        return self.digest[7:19]


@cache
def _digest_of(layer: Layer) -> str:
    hashed = hashlib.sha256()
    for piece in layer.content():
        hashed.update(piece)
    return f"sha256:{hashed.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Image:
    """One version of the image for one architecture, or the index of all that there is of it."""

    version: str
    whole: bool = False
    """Whether it is the index: what containerd's store pushes where no platform is chosen."""
    share: int = SHARE
    architecture: str = "amd64"

    @property
    def architectures(self) -> tuple[str, ...]:
        """For what the version is built: unreleased ones for one architecture only."""
        return ("amd64",) if "-dev" in self.version else ("amd64", "arm64")

    def on(self, platform: str) -> "Image | None":
        """What containerd's store pushes of it; `platform` is the API's JSON, or empty."""
        if not platform:
            return replace(self, whole=True)
        chosen = json.loads(platform)
        known = chosen["os"] == "linux" and chosen["architecture"] in self.architectures
        return replace(self, architecture=chosen["architecture"]) if known else None

    @property
    def media_type(self) -> str:
        """Of what kind the manifest is."""
        return INDEX_TYPE if self.whole else MANIFEST_TYPE

    @property
    def layers(self) -> list[Layer]:
        """Its layers; the lower ones are the same in every version."""
        shared = len(LAYERS) // 2
        built = "" if self.architecture == "amd64" else f" for {self.architecture}"
        return [
            Layer(
                (f"layer {n}" if n < shared else f"layer {n} of {self.version}") + built,
                size,
                self.share,
            )
            for n, size in enumerate(LAYERS)
        ]

    @property
    def config(self) -> bytes:
        """The image's configuration."""
        return json.dumps(
            {
                "architecture": self.architecture,
                "os": "linux",
                "config": {
                    "User": "pel",
                    "Env": ["PATH=/opt/pel/bin:/usr/bin:/bin", "HOME=/home/pel"],
                    "Cmd": ["formae", "agent", "start"],
                    "ExposedPorts": {"49684/tcp": {}},
                    "Labels": {"org.opencontainers.image.version": self.version},
                },
                "rootfs": {"type": "layers", "diff_ids": [it.digest for it in self.layers]},
            }
        ).encode()

    @property
    def id(self) -> str:
        """The image's id: the digest of its configuration."""
        return "sha256:" + hashlib.sha256(self.config).hexdigest()

    @property
    def manifest(self) -> bytes:
        """The manifest that is pushed."""
        return self._index if self.whole else self._single

    @property
    def singles(self) -> "list[Image]":
        """What its index names: the image for each architecture."""
        return [replace(self, whole=False, architecture=each) for each in self.architectures]

    @property
    def _index(self) -> bytes:
        entries = [
            {
                "mediaType": MANIFEST_TYPE,
                "size": len(single.manifest),
                "digest": single.digest,
                "platform": {"os": "linux", "architecture": single.architecture},
            }
            for single in self.singles
        ]
        index = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": entries}
        return json.dumps(index, indent=3).encode()

    @property
    def _single(self) -> bytes:
        layers = [
            {"mediaType": LAYER_TYPE, "size": it.length, "digest": it.digest} for it in self.layers
        ]
        config = {"mediaType": CONFIG_TYPE, "size": len(self.config), "digest": self.id}
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": config,
            "layers": layers,
        }
        return json.dumps(manifest, indent=3).encode()

    @property
    def digest(self) -> str:
        """The manifest's digest."""
        return "sha256:" + hashlib.sha256(self.manifest).hexdigest()

    def inspected(self, names: list[str]) -> dict[str, Any]:
        """What `docker image inspect` shows."""
        return {
            "Id": self.id,
            "RepoTags": names,
            "RepoDigests": sorted({f"{split(name)[0]}@{self.digest}" for name in names}),
            "Created": "2026-08-03T09:12:44.000000000Z",
            "Os": "linux",
            "Architecture": self.architecture,
            "Size": int(sum(LAYERS) * UNPACKED),
            "Config": json.loads(self.config)["config"],
            "RootFS": {"Type": "layers", "Layers": [it.digest for it in self.layers]},
            "GraphDriver": {"Name": "overlay2", "Data": {}},
        }


def split(name: str) -> tuple[str, str]:
    """Repository and tag; a port is no tag."""
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return head + slash + last, tag or "latest"
