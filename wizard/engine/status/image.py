"""The image that the service names, as it lies in ECR."""

from __future__ import annotations

import re

from wizard.engine.account.asking import Asking
from wizard.engine.status.data import Image
from wizard.hosts.service_view import ServiceView

ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.[^./]+\.amazonaws\.com[^/]*/(?P<repository>[^:@]+)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>.+))"
)


def image(asking: Asking, service: ServiceView) -> Image | None:
    """Digest and time of the push; None where it is no image in ECR, or not there any more.

    Raises AwsError.
    """
    match = ECR.fullmatch(service.image)
    if match is None:
        return None
    wanted = {"imageDigest": match["digest"]} if match["digest"] else {"imageTag": match["tag"]}
    params = {
        "registryId": match["account"],
        "repositoryName": match["repository"],
        "imageIds": [wanted],
    }
    found = (asking.ask("ecr", "DescribeImages", params) or {}).get("imageDetails") or []
    if not found:
        return None
    return Image(str(found[0].get("imageDigest", "")), str(found[0].get("imagePushedAt", "")))
