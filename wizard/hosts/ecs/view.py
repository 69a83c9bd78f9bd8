"""What ECS tells of any of its services, by read calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.hosts.service_view import Listed, Operation
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
