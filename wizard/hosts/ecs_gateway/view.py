"""What ECS tells of its services behind gateways, by read calls: their list, and one as a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.world import AwsCall

DRAINED = "INACTIVE"
"""A service that was deleted is still told of for a while, so."""


def services(call: AwsCall) -> list[Listed]:
    """The service of each cluster that is called as the cluster is. Raises AwsError."""
    arns = (call("ecs", "ListClusters", {}) or {}).get("clusterArns") or []
    found = (_in(call, arn.rpartition("/")[2]) for arn in arns)
    return [
        Listed(
            each["serviceName"],
            each["serviceArn"],
            each["status"],
            each.get("runningCount", 0) > 0,
            str(each.get("createdAt", "")),
        )
        for each in found
        if each
    ]


def _in(call: AwsCall, name: str) -> Mapping[str, Any] | None:
    """The service called `name` in the cluster called so, unless it is gone."""
    told = call("ecs", "DescribeServices", {"cluster": name, "services": [name]}) or {}
    return next((each for each in told.get("services") or [] if each["status"] != DRAINED), None)


def tags(call: AwsCall, arn: str) -> dict[str, str]:
    """The service's tags; none where it is gone and `call` answers None. Raises AwsError."""
    found = call("ecs", "ListTagsForResource", {"resourceArn": arn}) or {}
    return {each["key"]: each.get("value", "") for each in found.get("tags") or []}


def described(call: AwsCall, arn: str) -> ServiceView | None:
    """One service with its task definition and its address. Raises AwsError."""
    name = arn.rpartition("/")[2]
    found = _in(call, name)
    if found is None:
        return None
    definition = call("ecs", "DescribeTaskDefinition", {"taskDefinition": found["taskDefinition"]})
    return view(
        {**found, "Definition": (definition or {}).get("taskDefinition"), "Address": _at(call, arn)}
    )


def _at(call: AwsCall, arn: str) -> Mapping[str, Any]:
    routes = (call("ecs", "ListGatewayRoutes", {"service": arn}) or {}).get("gatewayRoutes") or []
    if not routes:
        return {}
    route = {"gatewayRouteArn": routes[0]["gatewayRouteArn"]}
    told: Mapping[str, Any] = call("ecs", "DescribeGatewayRoute", route) or {}
    found: Mapping[str, Any] = told.get("gatewayRoute") or {}
    return found


def view(found: Mapping[str, Any]) -> ServiceView:
    """The view of a service that DescribeServices told, with its `Definition` and `Address`."""
    definition = found.get("Definition") or {}
    container: Mapping[str, Any] = next(iter(definition.get("containerDefinitions") or []), {})
    changed = [each.get("updatedAt") for each in found.get("deployments") or []]
    return ServiceView(
        arn=str(found.get("serviceArn", "")),
        status=str(found.get("status", "")),
        running=_runs(found),
        url=str((found.get("Address") or {}).get("serviceUrl", "")),
        image=str(container.get("image", "")),
        cpu=str(definition.get("cpu", "")),
        memory=str(definition.get("memory", "")),
        created=str(found.get("createdAt", "")),
        updated=str(next(iter(changed), "") or ""),
        env={each["name"]: each["value"] for each in container.get("environment") or []},
        secrets={each["name"]: each["valueFrom"] for each in container.get("secrets") or []},
        source=definition,
    )


def _runs(found: Mapping[str, Any]) -> bool:
    states = {each.get("rolloutState") for each in found.get("deployments") or []}
    return (
        found.get("status") == "ACTIVE"
        and found.get("runningCount", 0) > 0
        and ("IN_PROGRESS" not in states)
    )


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
