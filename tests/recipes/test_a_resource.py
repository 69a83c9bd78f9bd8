"""A resource from outside: one function, seen in everything that a plan is read as."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.corpus import ACCOUNT, CORPUS
from tests.destroy.account import everything
from tests.support.command import Command
from tests.support.made import answers, plan
from tests.support.standin import REGION, client
from wizard.base.values import Found
from wizard.costs import estimate, snapshot
from wizard.costs.estimate import charged
from wizard.engine.explain import console_link, equivalent, usual
from wizard.engine.plan_report import cost_of, foresee_offline
from wizard.engine.preflight.offline import check
from wizard.engine.preflight.permissions import Need, required_permissions
from wizard.plan import build as building
from wizard.plan.charges import Item, fixed
from wizard.plan.model import Call, Count, Lookup, Output, Quota, Section, Step
from wizard.plan.page import Page
from wizard.plan.resources.common import REPOSITORY, owned, tagged
from wizard.plan.resources.types import Compared, Same, Type
from wizard.ui.common.plan_text import plan_text

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

NAME = "formae-mirror"
TYPE = Type(
    name="AWS::ECR::Repository",
    service="ecr",
    create="CreateRepository",
    parameters={
        "RepositoryName": "repositoryName",
        "ImageTagMutability": "imageTagMutability",
        "Tags": "tags",
    },
    tagging=REPOSITORY,
    compared=(
        Compared(
            property="ImageTagMutability",
            what="whether a tag can be moved",
            path="imageTagMutability",
            update="PutImageTagMutability",
            target={"repositoryName": Same("RepositoryName")},
            parameter="imageTagMutability",
            effect="No image is touched.",
        ),
    ),
)


def mirror(it: building.Materials, _: Sequence[Step]) -> list[Step]:
    """The one function: a repository for images of the person's own."""
    arn = Found("repositoryArn")
    counts = Call(service="iam", operation="GetAccountSummary", params={})
    step = Step(
        id="mirror",
        section=Section.IMAGE,
        title="Mirror of images",
        why="Images of your own lie beside the agent's.",
        lookups=(
            Lookup(
                call=Call(
                    service="ecr",
                    operation="DescribeRepositories",
                    params={"repositoryNames": [NAME]},
                ),
                pick="repositories[0]",
                absent=frozenset({"RepositoryNotFoundException"}),
            ),
            Lookup(
                call=Call(
                    service="ecr", operation="ListTagsForResource", params={"resourceArn": arn}
                ),
                pick="tags",
                into="Tags",
            ),
        ),
        **TYPE.wanted(
            {
                "RepositoryName": NAME,
                "ImageTagMutability": "IMMUTABLE",
                "Tags": it.site.tags(NAME),
            },
            *tagged(it.site, NAME, REPOSITORY, {"resourceArn": arn}),
        ),
        owned=owned("Tags"),
        outputs={"arn": Output("repositoryArn", it.site.likely_arn("ecr", f"repository/{NAME}"))},
        delete=(
            Call(service="ecr", operation="DeleteRepository", params={"repositoryName": NAME}),
        ),
        page=Page(path="mirrors/{name}?region={region}", parts={"name": NAME}),
        charges=(fixed("Mirror in ECR", Item.IMAGE, Decimal(5), "five images of 1 GB"),),
        quota=Quota(
            kind="mirrors",
            used=Count(call=counts, path="SummaryMap.Roles"),
            limit=Count(call=counts, path="SummaryMap.Roles"),
        ),
        usual=(7, 9),
    )
    return [step]


@pytest.fixture(autouse=True)
def _one_more(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    at = len(building.PARTS) - 1
    monkeypatch.setattr(building, "PARTS", (*building.PARTS[:at], mirror, *building.PARTS[at:]))
    charged.cache_clear()  # it remembers plans by their answers
    yield
    charged.cache_clear()


def test_it_is_in_the_plan_and_sound() -> None:
    made = plan(CORPUS["defaults"])
    assert check(made) == []
    step = made.step("mirror")
    assert step.make == Call(
        service="ecr",
        operation="CreateRepository",
        params={
            "repositoryName": NAME,
            "imageTagMutability": "IMMUTABLE",
            "tags": [{"Key": "app", "Value": "formae-agent"}, {"Key": "Name", "Value": NAME}],
        },
    )
    text = plan_text(foresee_offline(made, answers(CORPUS["defaults"])), details=True)
    assert "Mirror of images" in text
    assert f"aws ecr create-repository --repository-name {NAME}" in text


def test_it_is_in_permissions_costs_links_and_explanations() -> None:
    chosen, made = answers(CORPUS["defaults"]), plan(CORPUS["defaults"])
    step = made.step("mirror")
    arn = f"arn:aws:ecr:{made.region}:{ACCOUNT}:repository/{NAME}"
    wanted = required_permissions(made)
    assert {Need("ecr:CreateRepository", arn), Need("ecr:TagResource", arn)} <= set(wanted)
    assert console_link(step, made) == (
        f"https://{made.region}.console.aws.amazon.com/mirrors/{NAME}?region={made.region}"
    )
    assert equivalent(step, made).startswith("aws ecr create-repository")
    assert usual(step)
    prices = snapshot(made.region)
    bill = {line.what: line for line in estimate(chosen, prices).lines}
    assert bill["Mirror in ECR"].idle == round(5 * prices.per(Item.IMAGE), 2)
    assert cost_of("mirror", chosen, chosen, prices) == ""


def test_it_is_made_compared_put_right_and_taken_away(standin: "StandIn", command: Command) -> None:
    before = everything()
    made = command.apply()
    assert made.code == 0, made.err
    (there,) = client("ecr").describe_repositories(repositoryNames=[NAME])["repositories"]
    assert there["imageTagMutability"] == "IMMUTABLE"
    client("ecr").put_image_tag_mutability(repositoryName=NAME, imageTagMutability="MUTABLE")
    differs = command("plan", "--region", REGION)
    assert differs.code == 4
    assert "whether a tag can be moved" in differs.out
    assert "MUTABLE" in differs.out
    assert command.apply().code == 0
    (there,) = client("ecr").describe_repositories(repositoryNames=[NAME])["repositories"]
    assert there["imageTagMutability"] == "IMMUTABLE"
    end = command(
        "destroy", "--yes", "--region", REGION, "--purge-secrets", "--database-data", "delete"
    )
    assert end.code == 0, end.err
    assert "Mirror of images" in end.err
    assert everything() == before


def test_its_quota_is_asked_for(standin: "StandIn", command: Command) -> None:
    end = command("doctor", "--region", REGION)
    assert "The quota does not allow 1 more mirrors: 0 of 0" in end.out + end.err
