"""Revisions of a task definition that a removal finds."""

from __future__ import annotations

from dataclasses import replace

from wizard.hosts.ecs.cluster import tags_of
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, Lookup, Step

REVISIONS = "revisions"
NO_DEFINITION = frozenset({"ClientException"})


def revisions(family: str) -> dict[str, Listing]:
    """ARNs of the family's revisions that are in force, newest first."""
    call = Call(
        service="ecs",
        operation="ListTaskDefinitions",
        params={"familyPrefix": family, "sort": "DESC"},
    )
    return {REVISIONS: Listing(call, "taskDefinitionArns")}


def by_arn(step: Step, arn: str) -> Step:
    """The step of a task definition, about the one revision with that ARN."""
    look = Lookup(
        call=Call(
            service="ecs", operation="DescribeTaskDefinition", params={"taskDefinition": arn}
        ),
        pick="@",
        absent=NO_DEFINITION,
    )
    return replace(step, lookups=(look, tags_of("taskDefinition.taskDefinitionArn")))
