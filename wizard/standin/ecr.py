"""ECR over moto's; with a real registry behind it where a real Docker engine pushes."""

import hashlib
from base64 import b64encode
from datetime import timedelta
from typing import Any

from wizard.standin.apprunner import pull
from wizard.standin.call import Call
from wizard.standin.world import Operation, Registry, World

PASSWORD = "standin-registry-password"  # noqa: S105 - guards nothing
VALID = timedelta(hours=12)


def login(registry: Registry | None) -> tuple[str, str]:
    """User and password of the registry, as GetAuthorizationToken hands them out."""
    return (registry.user, registry.password) if registry else ("AWS", PASSWORD)


class Ecr:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        answers: dict[str, Operation] = {"GetAuthorizationToken": self._token}
        if self._world.registry:
            answers |= dict.fromkeys(("CreateRepository", "DeleteRepository"), self._one)
            answers["DescribeRepositories"] = self._many
            images = ("DescribeImages", "BatchGetImage", "ListImages")
            answers |= dict.fromkeys(images, self._images)
        return answers

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _token(self, call: Call) -> dict[str, Any]:
        from wizard.standin.apprunner.model import moment

        registry = self._world.registry
        host = f"{self._world.account}.dkr.ecr.{call.region}.amazonaws.com"
        data = {
            "authorizationToken": b64encode(":".join(login(registry)).encode()).decode(),
            "expiresAt": moment(self._world.clock.now() + VALID.total_seconds()),
            "proxyEndpoint": f"http://{registry.address}" if registry else f"https://{host}",
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
