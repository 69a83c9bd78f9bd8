"""A Docker engine's API on loopback: enough to pull formae's image, tag it and push it to ECR."""

import json
import re
import threading
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from wizard.standin import ecr
from wizard.standin.docker import progress
from wizard.standin.docker.image import SOURCE, TAGS, Image, split
from wizard.standin.quiet import Quiet
from wizard.standin.world import World

API_VERSION = "1.47"
VERSION = "27.3.1"
CLASSIC = ["Backing Filesystem", "extfs"]
CONTAINERD = ["driver-type", "io.containerd.snapshotter.v1"]
ECR_HOST = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com")
Handler = Callable[[Request, str], Response]


class Engine:
    """Listens at `address`; holds images by name, as an engine's local store does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._images: dict[str, Image] = {}
        self._layers: set[str] = set()
        self._pushed: dict[str, set[str]] = {}
        self.containerd = False
        """Whether it keeps images in containerd's store, with every platform and attestation."""
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet
        )
        self.address = f"tcp://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        """Hold nothing again, in the classic store."""
        self.containerd = False
        for kept in (self._images, self._layers, self._pushed):
            kept.clear()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        routes: list[tuple[str, str, Handler]] = [
            ("GET|HEAD", r"/_ping", self._ping),
            ("GET", r"/version", self._version),
            ("GET", r"/info", self._info),
            ("POST", r"/auth", self._login),
            ("POST", r"/images/create", self._pull),
            ("GET", r"/images/json", self._list),
            ("GET", r"/images/(.+)/json", self._inspect),
            ("GET", r"/distribution/(.+)/json", self._distribution),
            ("POST", r"/images/(.+)/tag", self._tag),
            ("POST", r"/images/(.+)/push", self._push),
            ("DELETE", r"/images/(.+)", self._delete),
        ]
        path = re.sub(r"^/v1\.\d+(?=/)", "", unquote(request.path))
        for method, pattern, handler in routes:
            match = re.fullmatch(pattern, path)
            if match and request.method in method.split("|"):
                return handler(request, match[1] if match.groups() else "")
        return _refused(404, "page not found")

    def _ping(self, _: Request, __: str) -> Response:
        headers = {"Api-Version": API_VERSION, "Ostype": "linux", "Docker-Experimental": "false"}
        return Response("OK", 200, headers, content_type="text/plain")

    def _version(self, _: Request, __: str) -> Response:
        return _json(
            {
                "Version": VERSION,
                "ApiVersion": API_VERSION,
                "MinAPIVersion": "1.24",
                "Os": "linux",
                "Arch": "amd64",
                "Platform": {"Name": "Docker Engine - stand-in"},
            }
        )

    def _info(self, _: Request, __: str) -> Response:
        return _json(
            {
                "ID": "formae-standin",
                "Name": "standin",
                "ServerVersion": VERSION,
                "Driver": "overlayfs" if self.containerd else "overlay2",
                "DriverStatus": [CONTAINERD if self.containerd else CLASSIC],
                "OSType": "linux",
                "Architecture": "x86_64",
                "Images": len(self._images),
            }
        )

    def _login(self, request: Request, _: str) -> Response:
        """What `docker login` asks the engine; the registry is told by `serveraddress`."""
        told = json.loads(request.get_data())
        host = told.get("serveraddress", "")
        if not ECR_HOST.fullmatch(host):
            return _refused(500, f'Get "https://{host}/v2/": dial tcp: lookup {host}: no such host')
        if not ecr.lets_in(self._world, told.get("username", ""), told.get("password", "")):
            return _refused(
                401, f"login attempt to https://{host}/v2/ failed with status: 400 Bad Request"
            )
        return _json({"Status": "Login Succeeded", "IdentityToken": ""})

    def _pull(self, request: Request, _: str) -> Response:
        name, tag = request.args.get("fromImage", ""), request.args.get("tag") or ""
        if not tag:
            name, tag = split(name)
        if not SOURCE.fullmatch(name):
            return _refused(
                404,
                f"pull access denied for {name}, repository does not exist or may require "
                "'docker login': denied: requested access to the resource is denied",
            )
        if not TAGS.fullmatch(tag):
            return _refused(404, f"manifest for {name}:{tag} not found: manifest unknown")
        _, _, architecture = request.args.get("platform", "").partition("/")
        image = Image(tag, share=self._world.image_share, architecture=architecture or "amd64")
        if image.architecture not in image.architectures:
            return _refused(404, "no matching manifest in the manifest list entries")
        return _stream(self._pulling(name, tag, image))

    def _distribution(self, _: Request, full: str) -> Response:
        """What the registry has, by way of the engine."""
        name, tag = split(full)
        if not SOURCE.fullmatch(name) or not TAGS.fullmatch(tag):
            return _refused(404, f"manifest for {full} not found: manifest unknown")
        index = Image(tag, whole=True, share=self._world.image_share)
        return _json(
            {
                "Descriptor": {
                    "mediaType": index.media_type,
                    "digest": index.digest,
                    "size": len(index.manifest),
                },
                "Platforms": [
                    {"os": "linux", "architecture": each} for each in index.architectures
                ],
            }
        )

    def _pulling(self, name: str, tag: str, image: Image) -> Iterator[progress.Record]:
        yield from progress.pulled(self._world, image, name, tag, self._layers)
        self._images[f"{name}:{tag}"] = image
        self._layers |= {layer.digest for layer in image.layers}

    def _list(self, _: Request, __: str) -> Response:
        names: dict[Image, list[str]] = {}
        for name, image in self._images.items():
            names.setdefault(image, []).append(name)
        return _json([image.inspected(known) for image, known in names.items()])

    def _inspect(self, _: Request, name: str) -> Response:
        image = self._find(name)
        if image is None:
            return _refused(404, f"No such image: {name}")
        return _json(image.inspected(self._names(image)))

    def _tag(self, request: Request, name: str) -> Response:
        image = self._find(name)
        if image is None:
            return _refused(404, f"No such image: {name}")
        self._images[f"{request.args['repo']}:{request.args.get('tag') or 'latest'}"] = image
        return Response(status=201)

    def _delete(self, _: Request, name: str) -> Response:
        image = self._find(name)
        if image is None:
            return _refused(404, f"No such image: {name}")
        by_id = name in {image.id, image.id[7:19]}
        gone = self._names(image) if by_id else [":".join(split(name))]
        for full in gone:
            del self._images[full]
        told = [{"Untagged": full} for full in gone]
        if not self._names(image):
            kept = {layer.digest for it in self._images.values() for layer in it.layers}
            self._layers &= kept
            told.append({"Deleted": image.id})
        return _json(told)

    def _find(self, name: str) -> Image | None:
        named = self._images.get(":".join(split(name)))
        if named:
            return named
        ids = (it for it in self._images.values() if name in {it.id, it.id[7:], it.id[7:19]})
        return next(ids, None)

    def _names(self, image: Image) -> list[str]:
        return sorted(name for name, it in self._images.items() if it == image)

    def _push(self, request: Request, name: str) -> Response:
        repository, tag = name, request.args.get("tag") or "latest"
        image = self._images.get(f"{repository}:{tag}")
        if image is None:
            return _refused(404, f"An image does not exist locally with the tag: {repository}")
        if self.containerd:
            image = image.on(request.args.get("platform", ""))
            if image is None:
                return _refused(404, f"{name}:{tag} does not provide the specified platform")
        given = request.headers.get("X-Registry-Auth", "")
        return _stream(self._pushing(image, repository, tag, given))

    def _pushing(
        self, image: Image, repository: str, tag: str, given: str
    ) -> Iterator[progress.Record]:
        problem = self._refused_push(repository, given)
        if problem:
            yield _error(problem)
            return
        have = self._pushed.setdefault(repository, set())
        yield from progress.pushed(self._world, image, repository, have)
        have |= {layer.digest for layer in image.layers}
        try:
            self._put(image, repository, tag)
        except Exception as error:
            # moto's own wording of immutable tags and the like is close to the registry's.
            yield _error(f"tag invalid: {getattr(error, 'message', error)}")
            return
        size = len(image.manifest)
        yield {"status": f"{tag}: digest: {image.digest} size: {size}"}
        aux = {"Tag": tag, "Digest": image.digest, "Size": size}
        yield {"progressDetail": {}, "aux": aux}

    def _refused_push(self, repository: str, given: str) -> str:
        host, _, name = repository.partition("/")
        found = ECR_HOST.fullmatch(host)
        if not found or found[1] != self._world.account:
            return f'Get "https://{host}/v2/": dial tcp: lookup {host}: no such host'
        if not given:
            return "no basic auth credentials"
        login = json.loads(urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        if not ecr.lets_in(self._world, login.get("username", ""), login.get("password", "")):
            return "denied: Your authorization token has expired. Reauthenticate and try again."
        if name not in self._ecr(found[2]).repositories:
            account = self._world.account
            return (
                f"name unknown: The repository with name '{name}' does not exist in the registry "
                f"with id '{account}'"
            )
        return ""

    def _put(self, image: Image, repository: str, tag: str) -> None:
        host, _, name = repository.partition("/")
        region = host.split(".")[3]
        manifest = image.manifest.decode()
        self._ecr(region).put_image(name, manifest, tag, image.media_type, image.digest)

    def _ecr(self, region: str) -> Any:
        return self._world.moto.backend("ecr", region)


def _json(content: Any) -> Response:
    return Response(json.dumps(content), content_type="application/json")


def _refused(status: int, message: str) -> Response:
    return Response(json.dumps({"message": message}), status, content_type="application/json")


def _stream(records: Iterator[progress.Record]) -> Response:
    lines = (json.dumps(record) + "\r\n" for record in records)
    return Response(lines, content_type="application/json")


def _error(message: str) -> progress.Record:
    return {"errorDetail": {"message": message}, "error": message}
