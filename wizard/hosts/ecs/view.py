"""What ECS tells of any of its services, by read calls: containers, variables, old revisions.

Variables of ours are compared one by one, and those of others stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.values import Joined, Value
from wizard.documents.document import Note
from wizard.hosts.ecs.cluster import tags_of
from wizard.hosts.host import Listed, Operation
from wizard.plan.inputs import Listing
from wizard.plan.model import Call, Lookup, Step, Unmanaged
from wizard.plan.resources.common import CONFIG_VARIABLE, FINGERPRINT, Site
from wizard.plan.resources.secrets import PASSWORD, USER, VERSION
from wizard.plan.world import AwsCall

DRAINED = "INACTIVE"
"""A service that was deleted is still told of for a while, so."""

EXPRESS = "ECS"
"""What `resourceManagementType` is of a service in Express Mode."""


def clusters(call: AwsCall) -> list[str]:
    """The names of the region's clusters. Raises AwsError."""
    arns = (call("ecs", "ListClusters", {}) or {}).get("clusterArns") or []
    return [arn.rpartition("/")[2] for arn in arns]


def service_in(call: AwsCall, cluster: str, name: str) -> Mapping[str, Any] | None:
    """The service called `name` in that cluster, unless it is gone. Raises AwsError."""
    told = call("ecs", "DescribeServices", {"cluster": cluster, "services": [name]}) or {}
    return next((each for each in told.get("services") or [] if each["status"] != DRAINED), None)


def listed(found: Mapping[str, Any]) -> Listed:
    """A service that DescribeServices told, as it is listed."""
    return Listed(
        found["serviceName"],
        found["serviceArn"],
        found["status"],
        found.get("runningCount", 0) > 0,
        str(found.get("createdAt", "")),
    )


def tags(call: AwsCall, arn: str) -> dict[str, str]:
    """The service's tags; none where it is gone and `call` answers None. Raises AwsError."""
    found = call("ecs", "ListTagsForResource", {"resourceArn": arn}) or {}
    return {each["key"]: each.get("value", "") for each in found.get("tags") or []}


def runs(found: Mapping[str, Any]) -> bool:
    """Whether a service that DescribeServices told runs an agent and is not being deployed."""
    states = {each.get("rolloutState") for each in found.get("deployments") or []}
    return (
        found.get("status") == "ACTIVE"
        and found.get("runningCount", 0) > 0
        and ("IN_PROGRESS" not in states)
    )


def pairs(listed: list[Mapping[str, str]] | None, value: str = "value") -> dict[str, str]:
    """Environment variables by their name; `value` is what their value is called."""
    return {each["name"]: each[value] for each in listed or []}


def operations(call: AwsCall, arn: str) -> tuple[Operation, ...]:
    """The service's deployments, the newest first; none where it is gone. Raises AwsError."""
    cluster = arn.split("/")[-2]
    found = call("ecs", "ListServiceDeployments", {"service": arn, "cluster": cluster}) or {}
    return tuple(
        Operation(
            type="DEPLOYMENT",
            status=str(each.get("status", "")),
            started=str(each.get("startedAt", "")),
            ended=str(each.get("finishedAt", "")),
        )
        for each in found.get("serviceDeployments") or []
    )


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


KINDS = {"environment": "environment variables", "secrets": "environment variables from secrets"}
"""What a person calls each of a container's two lists of variables."""

OURS = frozenset({CONFIG_VARIABLE, FINGERPRINT, PASSWORD, USER, VERSION})
"""Names of all that the wizard ever sets, so that none of them outlives its reason."""


def container_notes(site: Site) -> tuple[Note, ...]:
    """What is said beside the members of the agent's container in a request."""
    image = "formae's own image, from where it is published: no copy is needed."
    if site.answers.copied:
        image = "Your copy of formae's image, by its digest: always the same image is started."
    return (
        Note("image", image, '"image"'),
        Note(
            "command",
            "Writes the config into a file that only the agent reads, then becomes the agent.",
            '"command"',
        ),
        Note(
            "environment",
            "The config's fingerprint: another config gives another fingerprint, so ECS deploys "
            "again and reads it.",
            '"environment"',
        ),
        Note(
            "secrets",
            "The agent's config, which ECS reads from Secrets Manager when it starts the task.",
            '"secrets"',
        ),
    )


def compared(container: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Where the members of a container are in the one that is there, and what they are to be.

    AWS tells variables in an order of its own; both sides have them by their name.
    """
    picks, members = {name: name for name in container}, dict(container)
    for kind in KINDS.keys() & container.keys():
        mine = f"contains({_names(container)}, name)"
        picks[kind] = f"sort_by(not_null({kind}, `[]`)[?{mine}], &name)"
        members[kind] = sorted(members[kind], key=lambda each: str(each["name"]))
    return picks, members


def kept(container: Mapping[str, Any], there: str) -> dict[str, Value]:
    """The container to deploy, with the variables that others gave the one at the path `there`."""
    others = {
        kind: Joined(_others(f"{there}.{kind}", container), container[kind])
        for kind in KINDS
        if kind in container
    }
    return {**container, **others}


def theirs(container: Mapping[str, Any], there: str) -> tuple[Unmanaged, ...]:
    """The names of the variables that others gave the container at the path `there`."""
    return tuple(
        Unmanaged(what, f"{_others(f'{there}.{kind}', container)}.name")
        for kind, what in KINDS.items()
    )


def _others(list_there: str, container: Mapping[str, Any]) -> str:
    return f"not_null({list_there}, `[]`)[?!contains({_names(container)}, name)]"


def _names(container: Mapping[str, Any]) -> str:
    lists: Iterable[Any] = (container.get(kind) or () for kind in KINDS)
    wanted = {str(each["name"]) for some in lists for each in some}
    return f"`{json.dumps(sorted(OURS | wanted))}`"
