"""Whether App Runner could pull an image, and which version is in it."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any, NamedTuple

from wizard.standin.bridge import ACCOUNT
from wizard.standin.world import Registry, World

PULL_ACTIONS = (
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
)
DENIED = (
    "Failed to pull your application image. Be sure you configure your service with a valid "
    "access role to your ECR repository."
)
INDEX_TYPES = ("image.index", "manifest.list")
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


class Name(NamedTuple):
    """An image's name in its parts."""

    registry: str
    repository: str
    tag: str
    """Empty where only a digest is given."""
    digest: str = ""

    @property
    def reference(self) -> str:
        """By what a registry is asked: the digest wins."""
        return self.digest or self.tag

    @property
    def region(self) -> str:
        """The region of an ECR registry."""
        return self.registry.split(".")[3] if self.registry.count(".") > 3 else ""


def parse(identifier: str) -> Name:
    """Split `registry/repository:tag`, `…@digest` or both."""
    registry, _, rest = identifier.partition("/")
    named, _, digest = rest.partition("@")
    repository, _, tag = named.partition(":")
    return Name(registry, repository, tag or ("" if digest else "latest"), digest)


def problem(world: World, region: str, source: dict[str, Any]) -> str:
    """Why the image cannot be pulled; empty where it can."""
    repository = source["ImageRepository"]
    if repository["ImageRepositoryType"] == "ECR_PUBLIC":
        return ""
    role = source["AuthenticationConfiguration"]["AccessRoleArn"]
    name = parse(repository["ImageIdentifier"])
    arn = world.arn("ecr", name.region or region, f"repository/{name.repository}")
    for action in PULL_ACTIONS:
        resource = "*" if action == "ecr:GetAuthorizationToken" else arn
        if not world.roles.may(role, action, resource):
            return DENIED
    kind = media_type(world, region, name)
    if kind is None:
        return f"{DENIED} The image {repository['ImageIdentifier']} was not found."
    if any(word in kind for word in INDEX_TYPES):
        return "Failed to pull your application image. Image indexes are not supported."
    return ""


def media_type(world: World, region: str, name: Name) -> str | None:
    """The media type of an image's manifest; None where there is no such image."""
    if world.registry and name.registry == world.registry.address:
        found = manifest(world.registry, name.repository, name.reference)
        return found[0] if found else None
    if not name.registry.startswith(ACCOUNT):
        return None
    ecr: Any = world.moto.backend("ecr", name.region or region)
    repository = ecr.repositories.get(name.repository)
    for image in repository.images if repository else []:
        if name.reference in {image.get_image_digest(), *image.image_tags}:
            return str(image.image_manifest_media_type or "")
    return None


def manifest(registry: Registry, repository: str, tag: str) -> tuple[str, bytes] | None:
    """Media type and bytes of a manifest in a real registry."""
    login = b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    request = urllib.request.Request(
        f"http://{registry.address}/v2/{repository}/manifests/{tag}",
        headers={"Authorization": f"Basic {login}", "Accept": ", ".join(MANIFESTS)},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            body: bytes = answer.read()
            kind = answer.headers.get("Content-Type") or json.loads(body).get("mediaType", "")
            return str(kind), body
    except (urllib.error.URLError, OSError):
        return None
