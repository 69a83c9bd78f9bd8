"""What ECS made for an Express service and leaves there: revisions of its task definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.base.names import Names
from wizard.base.values import Found
from wizard.hosts.ecs.revisions import REVISIONS, by_arn, revisions
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, DeleteSpec, LookOnly, Output, Section, Step


def listings(names: Names) -> dict[str, Listing]:
    """ARNs of the revisions; ECS names their family after cluster and service."""
    return revisions(f"{names.service}-{names.service}")


def steps(found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """A step for each revision."""
    for arn in found.get(REVISIONS, ()):
        revision = arn.rpartition(":")[2]
        step = Step(
            id=f"task-definition-{revision}",
            section=Section.SERVICE,
            title=f"Task definition, revision {revision}",
            why="ECS registered it for the service, and does not remove it.",
            make=LookOnly(f"The task definition {arn} does not exist."),
            part_of="service",
            outputs={"arn": Output("taskDefinition.taskDefinitionArn", arn)},
            delete=(
                Call(
                    service="ecs",
                    operation="DeregisterTaskDefinition",
                    params={"taskDefinition": Found("taskDefinition.taskDefinitionArn")},
                ),
            ),
            delete_spec=DeleteSpec(
                gone="taskDefinition.status!='ACTIVE'", status="taskDefinition.status"
            ),
            anywhere=frozenset({"ecs:DescribeTaskDefinition"}),
        )
        yield by_arn(step, arn)
