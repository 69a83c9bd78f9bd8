"""Whether the image that ECR has under a tag is the one that its source has under the same tag."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.names import Names
from wizard.plan.world import AwsCall

if TYPE_CHECKING:
    from wizard.local.image.way import Way


def another_image(call: AwsCall, answers: Answers, way: Way) -> WizardError | None:
    """That ECR has another image than the source; None where it is the same, or no one can say.

    A copy through Docker's classic image store has another manifest, but the same config, so the
    image is known by either. Raises AwsError.
    """
    repository = Names(answers.name, answers.host).repository
    params = {
        "repositoryName": repository,
        "imageIds": [{"imageTag": answers.image_version}],
        "acceptedMediaTypes": list(ACCEPTED),
    }
    images = call("ecr", "BatchGetImage", params).get("images") or []
    known = set(way.digests)
    if not images or not known:
        return None
    found = images[0]
    there = {found["imageId"].get("imageDigest", ""), *_config(found.get("imageManifest", ""))}
    if there & known:
        return None
    return WizardError(
        f"The image in ECR with the tag {answers.image_version} is not the one from "
        f"{answers.image_source}.",
        f"ECR has {found['imageId'].get('imageDigest')}, the source has {way.digest}.",
        "If you did not push it yourself, replace it with the source's: --replace-image yes.",
        entry="FW-IMG-004",
    )


ACCEPTED = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


def _config(manifest: str) -> Iterable[str]:
    try:
        return [json.loads(manifest)["config"]["digest"]]
    except (ValueError, KeyError, TypeError):
        return []
