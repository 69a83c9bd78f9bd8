"""ECR over moto's; with a real registry behind it where a real Docker engine pushes."""

import hashlib
import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

from wizard.standin.apprunner import pull
from wizard.standin.apprunner.model import moment
from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation, Registry, World

PASSWORD = "standin-registry-password"  # noqa: S105 - guards nothing
VALID = timedelta(hours=12)


def login(registry: Registry | None, at: float) -> tuple[str, str]:
    """User and password of the registry, as GetAuthorizationToken hands them out at a moment."""
    return (registry.user, registry.password) if registry else ("AWS", f"{PASSWORD}-{at:.0f}")


def lets_in(world: World, user: str, password: str) -> bool:
    """Whether a login is the registry's, and still good."""
    now, at = world.clock.now(), password.rpartition("-")[2]
    given = float(at) if at.isdigit() else now
    known = (user, password) == login(world.registry, given)
    return known and now - given < VALID.total_seconds()


class Ecr:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        answers: dict[str, Operation] = {
            "GetAuthorizationToken": self._token,
            "PutImage": self._put,
            "DescribeImages": self._describe,
        }
        if self._world.registry:
            answers |= dict.fromkeys(("CreateRepository", "DeleteRepository"), self._one)
            answers |= dict.fromkeys(("BatchGetImage", "ListImages"), self._images)
            answers["DescribeRepositories"] = self._many
        return answers

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _token(self, call: Call) -> dict[str, Any]:
        registry, now = self._world.registry, self._world.clock.now()
        host = f"{self._world.account}.dkr.ecr.{call.region}.amazonaws.com"
        here = self._world.registries and f"{self._world.registries}/{call.region}"
        data = {
            "authorizationToken": b64encode(":".join(login(registry, now)).encode()).decode(),
            "expiresAt": moment(now + VALID.total_seconds()),
            "proxyEndpoint": f"http://{registry.address}"
            if registry
            else here or f"https://{host}",
        }
        return {"authorizationData": [data]}

    def _one(self, call: Call) -> dict[str, Any]:
        answer = self._world.moto.ask(call)
        self._move(answer["repository"])
        return answer

    def _many(self, call: Call) -> dict[str, Any]:
        answer = self._world.moto.ask(call)
        for repository in answer["repositories"]:
            self._move(repository)
        return answer

    def _move(self, repository: dict[str, Any]) -> None:
        if self._world.registry:
            address = self._world.registry.address
            repository["repositoryUri"] = f"{address}/{repository['repositoryName']}"

    def _put(self, call: Call) -> dict[str, Any]:
        """moto makes digests up; AWS's is the manifest's own."""
        manifest = call.params["imageManifest"]
        digest = "sha256:" + hashlib.sha256(manifest.encode()).hexdigest()
        if call.params.get("imageDigest") not in {None, digest}:
            raise AwsError(
                "ImageDigestDoesNotMatchException",
                f"The digest of the manifest is {digest}, not the one given.",
            )
        return self._world.moto.ask(call, {**call.params, "imageDigest": digest})

    def _describe(self, call: Call) -> dict[str, Any]:
        """moto counts the configuration only; AWS the layers too."""
        answer = self._images(call)
        ecr = self._world.moto.backend("ecr", call.region)
        kept = ecr.repositories[call.params["repositoryName"]].images
        manifests = {image.get_image_digest(): json.loads(image.image_manifest) for image in kept}
        for image in answer["imageDetails"]:
            manifest = manifests.get(image["imageDigest"], {})
            parts = [manifest.get("config", {}), *manifest.get("layers", [])]
            image["imageSizeInBytes"] = sum(part.get("size", 0) for part in parts)
        return answer

    def _images(self, call: Call) -> dict[str, Any]:
        ids = call.params.get("imageIds") or []
        for tag in (item["imageTag"] for item in ids if item.get("imageTag")):
            self._fetch(call.region, call.params["repositoryName"], tag)
        return self._world.moto.ask(call)

    def _fetch(self, region: str, repository: str, tag: str) -> None:
        """Tell moto of a tag somebody pushed to the real registry."""
        ecr = self._world.moto.backend("ecr", region)
        if not self._world.registry or repository not in ecr.repositories:
            return
        found = pull.manifest(self._world.registry, repository, tag)
        if found is None:
            return
        kind, body = found
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        known = ecr.repositories[repository].images
        if not any(tag in it.image_tags and it.get_image_digest() == digest for it in known):
            ecr.put_image(repository, body.decode(), tag, kind, digest)
