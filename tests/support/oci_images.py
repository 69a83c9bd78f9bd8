"""Container images made from nothing and put into a registry over its plain HTTP API."""

import gzip
import hashlib
import http.client
import io
import json
import random
import tarfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
IN_TOTO = "application/vnd.in-toto+json"
ANY_MANIFEST = f"{INDEX}, {MANIFEST}, application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with the name and type a registry knows them by."""

    kind: str
    data: bytes

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}"

    def described(self, **more: Any) -> dict[str, Any]:
        return {"mediaType": self.kind, "digest": self.digest, "size": len(self.data), **more}


@dataclass(frozen=True, slots=True)
class Image:
    """One platform's image: its manifest, its config and its layers."""

    manifest: Blob
    config: Blob
    layers: tuple[Blob, ...]

    @property
    def diff_ids(self) -> list[str]:
        return list(json.loads(self.config.data)["rootfs"]["diff_ids"])


def image(architecture: str, *, seed: int, layer_sizes: tuple[int, ...]) -> Image:
    """An image for linux/`architecture` with layers of random bytes, the same for a `seed`."""
    chance = random.Random(f"{architecture} {seed}")
    tars = [_tar(f"layer-{n}", chance.randbytes(size)) for n, size in enumerate(layer_sizes)]
    layers = tuple(Blob(LAYER, gzip.compress(tar, mtime=0)) for tar in tars)
    config = Blob(CONFIG, _json(_config(architecture, tars)))
    return Image(_manifest(config, layers), config, layers)


def attestation(of: Image) -> Image:
    """What buildx puts beside an image: in-toto statements that pretend to be an image."""
    statement = Blob(IN_TOTO, _json({"_type": "https://in-toto.io/Statement/v0.1"}))
    config = Blob(CONFIG, _json(_config("unknown", [statement.data], system="unknown")))
    return Image(_manifest(config, (statement,)), config, (statement,))


def index(images: dict[str, Image]) -> Blob:
    """An index over images by architecture, each with its attestation, as buildx writes it."""
    entries = []
    for architecture, one in images.items():
        entries.append(one.manifest.described(platform=_platform("linux", architecture)))
        notes = {
            "vnd.docker.reference.digest": one.manifest.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        }
        unknown = _platform("unknown", "unknown")
        described = attestation(one).manifest.described(annotations=notes, platform=unknown)
        entries.append(described)
    return Blob(INDEX, _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}))


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry to speak to directly. `login` is the value of an Authorization header."""

    address: str
    login: str = ""

    def upload(self, repository: str, tag: str, images: dict[str, Image]) -> str:
        """Put images under one tag: an index where there are several. The digest of the tag."""
        with_notes = [*images.values(), *(attestation(one) for one in images.values())]
        for one in with_notes if len(images) > 1 else images.values():
            for blob in (one.config, *one.layers):
                self._put_blob(repository, blob)
            self._put_manifest(repository, one.manifest.digest, one.manifest)
        top = index(images) if len(images) > 1 else next(iter(images.values())).manifest
        self._put_manifest(repository, tag, top)
        return top.digest

    def manifest(self, repository: str, reference: str) -> tuple[str, dict[str, Any]]:
        """The digest and the content of a manifest as this registry holds it."""
        answer, body = self.ask(
            "GET", f"/v2/{repository}/manifests/{reference}", headers={"Accept": ANY_MANIFEST}
        )
        assert answer.status == 200, body
        return answer.headers["Docker-Content-Digest"], json.loads(body)

    def blob(self, repository: str, digest: str) -> bytes:
        answer, body = self.ask("GET", f"/v2/{repository}/blobs/{digest}")
        assert answer.status == 200, body
        return body

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        login = {"Authorization": self.login} if self.login else {}
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, path, body=body, headers={**login, **(headers or {})})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def _put_blob(self, repository: str, blob: Blob) -> None:
        answer, _ = self.ask("POST", f"/v2/{repository}/blobs/uploads/")
        assert answer.status == 202
        place = urlsplit(answer.headers["Location"])
        binary = {"Content-Type": "application/octet-stream"}
        path = f"{place.path}?{place.query}&digest={blob.digest}"
        answer, body = self.ask("PUT", path, body=blob.data, headers=binary)
        assert answer.status == 201, body

    def _put_manifest(self, repository: str, reference: str, manifest: Blob) -> None:
        path = f"/v2/{repository}/manifests/{reference}"
        kind = {"Content-Type": manifest.kind}
        answer, body = self.ask("PUT", path, body=manifest.data, headers=kind)
        assert answer.status == 201, body


def _tar(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _config(architecture: str, tars: list[bytes], system: str = "linux") -> dict[str, Any]:
    diff_ids = [f"sha256:{hashlib.sha256(tar).hexdigest()}" for tar in tars]
    return {
        "architecture": architecture,
        "os": system,
        "config": {"Cmd": ["formae", "agent", "start"], "ExposedPorts": {"49684/tcp": {}}},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created_by": f"layer {n}"} for n in range(len(tars))],
    }


def _manifest(config: Blob, layers: tuple[Blob, ...]) -> Blob:
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.described(),
        "layers": [layer.described() for layer in layers],
    }
    return Blob(MANIFEST, _json(content))


def _platform(system: str, architecture: str) -> dict[str, str]:
    return {"os": system, "architecture": architecture}


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True).encode()
