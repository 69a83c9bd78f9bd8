"""Push the image to ECR: App Runner pulls from nowhere else."""

from __future__ import annotations

from wizard.plan.model import Call, CopyImage, Look, Output, Section, Step
from wizard.plan.sections.common import Site, owned
from wizard.plan.sections.tagging import REPOSITORY, tagged
from wizard.values import Found, Ref, Text

PLATFORM = "linux/amd64"
"""App Runner runs no other."""


def image_identifier(site: Site) -> Text:
    """The image as App Runner names it."""
    return Text((Ref("repository", "uri"), ":", site.answers.image_version))


def image(site: Site) -> list[Step]:
    """The repository, and the image in it."""
    return [_repository(site), _image(site)]


def _repository(site: Site) -> Step:
    name, answers = site.names.repository, site.answers
    account = site.surroundings.account or "<account-id>"
    return Step(
        id="repository",
        section=Section.IMAGE,
        title="ECR repository",
        why="App Runner pulls images only from ECR, so formae's image gets a repository in your "
        "account.",
        see=(
            Look(
                call=Call(
                    service="ecr",
                    operation="DescribeRepositories",
                    params={"repositoryNames": [name]},
                ),
                pick="repositories[0]",
                absent=frozenset({"RepositoryNotFoundException"}),
            ),
            Look(
                call=Call(
                    service="ecr",
                    operation="ListTagsForResource",
                    params={"resourceArn": Found("repositoryArn")},
                ),
                pick="tags",
                into="Tags",
            ),
        ),
        make=Call(
            service="ecr",
            operation="CreateRepository",
            params={"repositoryName": name, "tags": site.tags(name)},
        ),
        fits=tagged(site, name, REPOSITORY, {"resourceArn": Found("repositoryArn")}),
        owned=owned("Tags"),
        outputs={
            "uri": Output(
                "repositoryUri", f"{account}.dkr.ecr.{answers.region}.amazonaws.com/{name}"
            ),
            "name": Output("repositoryName", name),
            "arn": Output("repositoryArn", site.likely_arn("ecr", f"repository/{name}")),
        },
        unmake=(
            Call(
                service="ecr",
                operation="DeleteRepository",
                params={"repositoryName": name, "force": True},
            ),
        ),
    )


def _image(site: Site) -> Step:
    answers = site.answers
    return Step(
        id="image",
        section=Section.IMAGE,
        title=f"formae image {answers.image_version}",
        why="Pulled for linux/amd64, the only platform App Runner runs, and pushed through your "
        "Docker engine. The version is the CLI's own, because the CLI refuses any other.",
        see=(
            Look(
                call=Call(
                    service="ecr",
                    operation="DescribeImages",
                    params={
                        "repositoryName": Ref("repository", "name"),
                        "imageIds": [{"imageTag": answers.image_version}],
                    },
                ),
                pick="imageDetails[0]",
                absent=frozenset({"ImageNotFoundException", "RepositoryNotFoundException"}),
            ),
        ),
        make=CopyImage(
            source=f"{answers.image_source}:{answers.image_version}",
            destination=image_identifier(site),
            platform=PLATFORM,
        ),
        outputs={"digest": Output("imageDigest", "sha256:…")},
        part_of="repository",
        usual=(30, 240),
    )
