"""Which image a host pulls, by its digest; and whether ECR's is the one that its source has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from wizard.answers.model import Answers
from wizard.answers.record import IMAGE_RECORD
from wizard.base.errors import AwsError, WizardError
from wizard.base.json_input import parsed_json
from wizard.base.names import Names
from wizard.engine.account.asking import pairs
from wizard.plan.resources.image import reference
from wizard.plan.world import AwsCall

if TYPE_CHECKING:
    from wizard.local.image.way import Way


def image_digest(call: AwsCall | None, answers: Answers, image: Callable[[], Way]) -> str:
    """The digest; empty where the host pulls a copy, or no one can say.

    A deployment keeps the digest it was set up with, although its tag may have been moved since.
    `image` may raise WizardError, and `call` is None where nobody is signed in.
    """
    if answers.copied:
        return ""
    chosen = chosen_digest(call, answers) if call and not answers.replace_image else None
    if chosen is not None:
        return chosen
    try:
        return published(image())
    except WizardError:
        return ""


def published(way: Way) -> str:
    """The digest that a registry has; empty where only an engine was asked."""
    return way.image.digest if way.image else ""


def chosen_digest(call: AwsCall, answers: Answers) -> str | None:
    """The digest on record for this very image, empty for by its tag alone; None for no record.

    Of the same architecture, which is not named where it is the usual one.
    """
    secret = {"SecretId": Names(answers.name).config_secret}
    try:
        told = call("secretsmanager", "DescribeSecret", secret)
    except (AwsError, WizardError):
        return None  # it is not there yet, or the step that needs it says why
    recorded = pairs(told.get("Tags")).get(IMAGE_RECORD, "")
    image, _, architecture = recorded.partition(" ")
    named, _, digest = image.partition("@")
    same = (named, architecture or "x86_64") == (reference(answers, ""), answers.architecture)
    return digest if same else None


def moved(call: AwsCall, answers: Answers, way: Way) -> WizardError | None:
    """That the tag names another image than the deployment was set up with; None for the same."""
    chosen = chosen_digest(call, answers)
    if not chosen or not published(way) or chosen == published(way):
        return None
    return WizardError(
        f"The agent's image is not the one that {answers.image_source} has as "
        f"{answers.image_version}.",
        f"The deployment was set up with {chosen}, the source has {published(way)}.",
        "The agent keeps its image. To change to the source's: --replace-image yes.",
        entry="FW-IMG-004",
    )


def another_image(call: AwsCall, answers: Answers, way: Way) -> WizardError | None:
    """That ECR has another image than the source; None where it is the same, or no one can say.

    A copy through Docker's classic image store has another manifest, but the same config, so the
    image is known by either. Raises AwsError.
    """
    repository = Names(answers.name, answers.host).repository
    params = {
        "repositoryName": repository,
        "imageIds": [{"imageTag": answers.copy_tag}],
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
        f"The image in ECR with the tag {answers.copy_tag} is not the one from "
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
        return [parsed_json(manifest)["config"]["digest"]]
    except (ValueError, KeyError, TypeError):
        return []
