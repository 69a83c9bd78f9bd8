"""The source's registry and ECR's over their HTTP API, with ECR's own ways of taking a layer.

`/source/v2/…` is every registry that has formae's image, with tokens for anybody. `/<region>/v2/…`
is ECR of a region: it takes what is pushed into the account, layer by layer.
"""

import hashlib
import json
import re
import threading
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from wizard.standin import ecr
from wizard.standin.docker.image import MEGABYTE, SOURCE, TAGS, Image
from wizard.standin.quiet import Quiet
from wizard.standin.world import World

SOURCES = "source"
LEAST = 5 * 2**20
"""Bytes of a part that is not the last one."""
TOKEN = "standin-anybody"  # noqa: S105 - guards nothing
RANGE = re.compile(r"(\d+)-(\d+)")
Handler = Callable[[Request, str, str, str], Response]


@dataclass(slots=True)
class Upload:
    """A layer that arrives: how much of it there is, and its hash so far."""

    repository: str
    size: int
    first: int
    """Bytes of its first part: ECR tells no more than of that one."""
    hashed: Any


class Kept(Quiet):
    """Keeps its connections open, as registries do."""

    protocol_version = "HTTP/1.1"


class Registries:
    """Listens at `address`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._down, self._up = threading.Lock(), threading.Lock()
        self._uploads: dict[str, Upload] = {}
        self._layers: dict[tuple[str, str], tuple[Any, set[str]]] = {}
        self._images: dict[str, Image] = {}
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=Kept
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        """Hold nothing again."""
        with self._lock:
            self._uploads.clear()
            self._layers.clear()
            self._images.clear()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._respond(request)
            for _ in iter(lambda: request.stream.read(2**20), b""):
                pass  # what was refused unread would be taken for the next request
        except ClientDisconnected as gone:  # in the middle of a layer: nobody is left to answer
            raise ConnectionResetError from gone
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        routes: list[tuple[str, str, Handler]] = [
            ("GET", r"/(source)/token()()", self._token),
            ("GET|HEAD", r"/(source)/v2/(.+)/manifests/([^/]+)", self._manifest),
            ("GET|HEAD", r"/(source)/v2/(.+)/blobs/([^/]+)", self._blob),
            ("GET|HEAD", r"/([a-z]+-[a-z0-9-]+)/v2/(.+)/manifests/([^/]+)", self._pushed),
            ("HEAD", r"/([a-z]+-[a-z0-9-]+)/v2/(.+)/blobs/([^/]+)", self._has),
            ("POST", r"/([a-z]+-[a-z0-9-]+)/v2/(.+)/blobs/uploads/()", self._begin),
            ("PATCH|PUT", r"/([a-z]+-[a-z0-9-]+)/v2/(.+)/blobs/uploads/([^/]+)", self._part),
            ("PUT", r"/([a-z]+-[a-z0-9-]+)/v2/(.+)/manifests/([^/]+)", self._put),
        ]
        for method, pattern, handler in routes:
            match = re.fullmatch(pattern, request.path)
            if match and request.method in method.split("|"):
                place, name, rest = match.groups()
                return self._let_in(request, place, name) or handler(request, place, name, rest)
        return _refused(404, "NOT_FOUND", "page not found")

    def _let_in(self, request: Request, place: str, name: str) -> Response | None:
        """Why a request is refused before it is looked at; None where it is not."""
        given = request.headers.get("Authorization", "")
        if place == SOURCES:
            if not name or given == f"Bearer {TOKEN}":
                return None
            realm = f'Bearer realm="{self.address}/{SOURCES}/token",service="standin"'
            scope = f',scope="repository:{name}:pull"'
            return _refused(
                401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": realm + scope}
            )
        if not given.startswith("Basic "):
            asks = {"WWW-Authenticate": f'Basic realm="{self.address}/{place}/",service="ecr"'}
            return _refused(401, "UNAUTHORIZED", "Not Authorized", asks)
        user, _, password = b64decode(given.removeprefix("Basic ")).decode().partition(":")
        if not ecr.lets_in(self._world, user, password):
            told = "Your authorization token has expired. Reauthenticate and try again."
            return _refused(403, "DENIED", told)
        if name not in self._ecr(place).repositories:
            account = self._world.account
            told = f"The repository with name '{name}' does not exist in the registry with id "
            return _refused(404, "NAME_UNKNOWN", f"{told}'{account}'")
        return None

    def _token(self, _: Request, __: str, ___: str, ____: str) -> Response:
        body = json.dumps({"token": TOKEN, "expires_in": 300})
        return Response(body, content_type="application/json")

    def _manifest(self, _: Request, __: str, name: str, reference: str) -> Response:
        if not SOURCE.fullmatch(name):
            return _refused(403, "DENIED", "requested access to the resource is denied")
        if TAGS.fullmatch(reference):
            image = Image(reference, share=self._world.image_share)
            with self._lock:
                self._images |= {each.digest: each for each in image.singles}
            return _sent(replace(image, whole=True))
        image_by_digest = self._images.get(reference)
        if image_by_digest is None:
            return _refused(404, "MANIFEST_UNKNOWN", "manifest unknown")
        return _sent(image_by_digest)

    def _blob(self, request: Request, _: str, __: str, digest: str) -> Response:
        """A config or a layer, as slow as the network that the stand-in imitates."""
        found = RANGE.match(request.headers.get("Range", "").removeprefix("bytes=") + "9")
        start = int(found[1]) if found else 0
        with self._lock:
            images = list(self._images.values())
        layer = next((it for image in images for it in image.layers if it.digest == digest), None)
        config = next((image.config for image in images if image.id == digest), b"")
        if layer is None and not config:
            return _refused(404, "BLOB_UNKNOWN", "blob unknown to registry")
        size = layer.length if layer else len(config)
        headers = {"Content-Length": str(size - start), "Docker-Content-Digest": digest}
        if start:
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        body = self._slowly(layer.content(start)) if layer else iter([config[start:]])
        status = 206 if start else 200
        return Response(body, status, headers, content_type="application/octet-stream")

    def _slowly(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._take_time(len(piece), self._down)
            yield piece

    def _take_time(self, size: int, line: threading.Lock) -> None:
        """Wait as long as so many bytes travel, one after the other, of the image as it is."""
        megabytes = size * self._world.image_share / MEGABYTE
        with line:
            self._world.clock.wait(megabytes * self._world.durations.layer_megabyte)

    def _pushed(self, _: Request, region: str, name: str, reference: str) -> Response:
        for image in self._ecr(region).repositories[name].images:
            if reference in {image.get_image_digest(), *image.image_tags}:
                return _answered(
                    200,
                    {"Docker-Content-Digest": image.get_image_digest()},
                    image.image_manifest.encode(),
                    image.image_manifest_media_type,
                )
        return _refused(404, "MANIFEST_UNKNOWN", "Requested image not found")

    def _has(self, _: Request, region: str, name: str, digest: str) -> Response:
        return _answered(200 if digest in self._all_layers(region, name) else 404)

    def _all_layers(self, region: str, name: str) -> set[str]:
        """Layers that a repository has: of its images, and those that came without one."""
        repository = self._ecr(region).repositories[name]
        owner, found = self._layers.get((region, name), (None, set()))
        if owner is not repository:
            found = set()
            self._layers[region, name] = repository, found
        for image in repository.images:
            manifest = json.loads(image.image_manifest)
            parts = [manifest.get("config", {}), *manifest.get("layers", [])]
            found |= {part["digest"] for part in parts if "digest" in part}
        return found

    def _begin(self, _: Request, region: str, name: str, __: str) -> Response:
        upload = str(uuid4())
        with self._lock:
            self._uploads[upload] = Upload(name, 0, 0, hashlib.sha256())
        place = f"/{region}/v2/{name}/blobs/uploads/{upload}"
        return _answered(202, {"Location": place, "Range": "0-0", "Docker-Upload-UUID": upload})

    def _part(self, request: Request, region: str, name: str, upload_id: str) -> Response:
        """A part; the last one is put, with the digest of the whole."""
        upload = self._uploads.get(upload_id)
        if upload is None or upload.repository != name:
            return _refused(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        data, last = request.get_data(), request.method == "PUT"
        problem = _part_problem(request, upload, len(data), last=last)
        if problem:
            return problem
        self._take_time(len(data), self._up)
        upload.hashed.update(data)
        upload.first = upload.first or len(data)
        upload.size += len(data)
        if last:
            return self._complete(request.args.get("digest", ""), region, name, upload_id)
        return _answered(201, {"Location": request.path, "Range": f"0-{upload.first - 1}"})

    def _complete(self, digest: str, region: str, name: str, upload_id: str) -> Response:
        with self._lock:
            upload = self._uploads.pop(upload_id)
        if digest != f"sha256:{upload.hashed.hexdigest()}":
            told = "None of the provided layer digests match the calculated layer digest"
            return _refused(400, "BLOB_UPLOAD_INVALID", told)
        with self._lock:
            self._all_layers(region, name).add(digest)
        place = f"/{region}/v2/{name}/blobs/{digest}"
        return _answered(201, {"Location": place, "Docker-Content-Digest": digest})

    def _put(self, request: Request, region: str, name: str, tag: str) -> Response:
        body, kind = request.get_data(), request.content_type or ""
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        manifest = json.loads(body)
        named = {each["digest"] for each in (manifest["config"], *manifest["layers"])}
        missing = sorted(named - self._all_layers(region, name))
        if missing:
            told = f"Layers with digests '{missing}' required for pushing image into repository"
            return _refused(404, "LAYERS_NOT_FOUND", told)
        try:
            self._ecr(region).put_image(name, body.decode(), tag, kind, digest)
        except Exception as error:
            # moto's own wording of immutable tags and the like is close to the registry's.
            return _refused(400, "TAG_INVALID", str(getattr(error, "message", error)))
        place = f"/{region}/v2/{name}/manifests/{tag}"
        return _answered(201, {"Location": place, "Docker-Content-Digest": digest})

    def _ecr(self, region: str) -> Any:
        return self._world.moto.backend("ecr", region)


def _part_problem(request: Request, upload: Upload, size: int, *, last: bool) -> Response | None:
    found = RANGE.fullmatch(request.headers.get("Content-Range", ""))
    start = int(found[1]) if found else upload.size
    if start != upload.size:
        told = (
            f"First byte of the layer part is {start}, the last byte received is {upload.size - 1}"
        )
        return _refused(416, "BLOB_UPLOAD_INVALID", told)
    if found and int(found[2]) - start + 1 != size:
        return _refused(400, "SIZE_INVALID", "The part is not as long as its Content-Range says")
    if not last and size < LEAST:
        return _refused(400, "BLOB_UPLOAD_INVALID", f"A part has {LEAST} bytes at least")
    return None


def _sent(image: Image) -> Response:
    headers = {"Docker-Content-Digest": image.digest}
    return _answered(200, headers, image.manifest, image.media_type)


def _answered(
    status: int, headers: dict[str, str] | None = None, body: bytes = b"", kind: str = ""
) -> Response:
    return Response(body, status, headers, content_type=kind or "text/plain")


def _refused(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Response:
    body = json.dumps({"errors": [{"code": code, "message": message}]})
    return Response(body, status, headers, content_type="application/json")
