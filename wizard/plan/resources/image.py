"""Push the image to ECR, from where the host pulls it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.answers.record import IMAGE_RECORD, LONGEST
from wizard.base.values import Found, Ref, Text
from wizard.plan.charges import Charge, Item, fixed, plain
from wizard.plan.model import Call, CopyImage, Lookup, Output, Section, Step
from wizard.plan.page import repository_page
from wizard.plan.resources.common import REPOSITORY, Site, owned, tagged
from wizard.plan.resources.types import REPOSITORY_TYPE

IMAGE_GB = Decimal(1)
"""One image of the agent with all its plugins, compressed as ECR keeps it."""


def reference(answers: Answers, digest: str) -> str:
    """The image where it is published: by its tag, and by its digest where that is known.

    A tag may be moved to another image; by digest every task runs the same one.
    """
    named = f"{answers.image_source}:{answers.image_version}"
    return f"{named}@{digest}" if digest else named


def image_identifier(site: Site) -> Text:
    """The image as the host pulls it."""
    if not site.answers.copied:
        return Text((reference(site.answers, site.inputs.image_digest),))
    if site.offer.pulls_anywhere:  # and so by the digest of what was copied there
        return Text((*_copy(site), "@", Ref("image", "digest")))
    return Text(_copy(site))


def _copy(site: Site) -> tuple[str | Ref, ...]:
    return Ref("repository", "uri"), ":", site.answers.copy_tag


def recorded_image(site: Site) -> dict[str, str]:
    """The tag that says which image was chosen, and by which digest; none where it is copied.

    The architecture stands behind it, where it is not the usual one: each has a digest of its own.
    """
    named = reference(site.answers, site.inputs.image_digest)
    if site.answers.architecture != "x86_64":
        named = f"{named} {site.answers.architecture}"
    recorded = not site.answers.copied and len(named) <= LONGEST
    return {IMAGE_RECORD: named} if recorded else {}


def image(site: Site) -> list[Step]:
    """The steps that make the ECR repository and copy the image into it.

    None where the host pulls the image from its own registry.
    """
    if not site.answers.copied:
        return []
    return [_repository(site), _image(site)]


def _repository(site: Site) -> Step:
    name, answers = site.names.repository, site.answers
    account = site.inputs.account or "<account-id>"
    wanted = REPOSITORY_TYPE.wanted(
        {"RepositoryName": name, "Tags": site.tags(name)},
        *tagged(site, name, REPOSITORY, {"resourceArn": Found("repositoryArn")}),
    )
    return Step(
        id="repository",
        section=Section.IMAGE,
        title="ECR repository",
        why="Your own copy of formae's image, from which the agent is started."
        if site.offer.pulls_anywhere
        else f"{site.offer.label} only pulls images from ECR, so formae's image needs a repository "
        "in your account.",
        lookups=(
            Lookup(
                call=Call(
                    service="ecr",
                    operation="DescribeRepositories",
                    params={"repositoryNames": [name]},
                ),
                pick="repositories[0]",
                absent=frozenset({"RepositoryNotFoundException"}),
            ),
            Lookup(
                call=Call(
                    service="ecr",
                    operation="ListTagsForResource",
                    params={"resourceArn": Found("repositoryArn")},
                ),
                pick="tags",
                into="Tags",
            ),
        ),
        **wanted,
        owned=owned("Tags"),
        outputs={
            "uri": Output(
                "repositoryUri", f"{account}.dkr.ecr.{answers.region}.amazonaws.com/{name}"
            ),
            "name": Output("repositoryName", name),
            "arn": Output("repositoryArn", site.likely_arn("ecr", f"repository/{name}")),
        },
        delete=(
            Call(
                service="ecr",
                operation="DeleteRepository",
                params={"repositoryName": name, "force": True},
            ),
        ),
        page=repository_page("repository"),
        charges=(_image_charge(),),
    )


def _image_charge() -> Charge:
    words = f"one image of {plain(IMAGE_GB)} GB; an update adds another"
    return replace(fixed("Image in ECR", Item.IMAGE, IMAGE_GB, words), words="the image")


def _image(site: Site) -> Step:
    answers, config = site.answers, site.inputs.image_config
    wanted = [{"imageTag": answers.copy_tag}]
    manifest = Lookup(
        call=Call(
            service="ecr",
            operation="BatchGetImage",
            params={"repositoryName": Ref("repository", "name"), "imageIds": wanted},
        ),
        pick="images[0].imageManifest",
        into="Manifest",
    )
    return Step(
        id="image",
        section=Section.IMAGE,
        title=f"formae image {answers.image_version}",
        why=f"Copied from its registry to ECR for {answers.platform}, the only platform "
        f"{'the agent' if len(site.offer.architectures) > 1 else site.offer.label} runs. The "
        "version must match the CLI's.",
        lookups=(
            Lookup(
                call=Call(
                    service="ecr",
                    operation="DescribeImages",
                    params={
                        "repositoryName": Ref("repository", "name"),
                        "imageIds": wanted,
                    },
                ),
                pick="imageDetails[0]",
                absent=frozenset({"ImageNotFoundException", "RepositoryNotFoundException"}),
            ),
            *((manifest,) if config else ()),
        ),
        broken=f"Manifest && !contains(Manifest, '{config}')" if config else "",
        make=CopyImage(
            source=f"{answers.image_source}:{answers.image_version}",
            destination=Text(_copy(site)),
            platform=answers.platform,
            through_docker=answers.through_docker,
            room=site.offer.storage,
        ),
        outputs={"digest": Output("imageDigest", "sha256:…")},
        part_of="repository",
        usual=(30, 240),
        page=repository_page("repository"),
    )
