"""What ECS tells of its services behind gateways, by read calls: their list, and one as a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wizard.base.errors import AwsError
from wizard.hosts.ecs.view import EXPRESS, clusters, listed, pairs, runs, service_in
from wizard.hosts.ecs_gateway.network import let_in
from wizard.hosts.service_view import Listed, ServiceView
from wizard.plan.world import AwsCall


def services(call: AwsCall) -> list[Listed]:
    """The service of each cluster that is called as the cluster is. Raises AwsError."""
    found = (service_in(call, name, name) for name in clusters(call))
    return [
        listed(each) for each in found if each and each.get("resourceManagementType") != EXPRESS
    ]


def described(call: AwsCall, arn: str) -> ServiceView | None:
    """One service with its task definition and its address. Raises AwsError."""
    name = arn.rpartition("/")[2]
    found = service_in(call, name, name)
    if found is None:
        return None
    definition = call("ecs", "DescribeTaskDefinition", {"taskDefinition": found["taskDefinition"]})
    told = (definition or {}).get("taskDefinition")
    seen = view({**found, "Definition": told, "Address": _at(call, arn)})
    return replace(seen, callers=_callers(call, name))


def _callers(call: AwsCall, service: str) -> tuple[str, ...] | None:
    try:
        return let_in(call, service)
    except AwsError:
        return None  # whoever may not read security groups sees all else


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
        running=runs(found),
        url=str((found.get("Address") or {}).get("serviceUrl", "")),
        image=str(container.get("image", "")),
        cpu=str(definition.get("cpu", "")),
        memory=str(definition.get("memory", "")),
        created=str(found.get("createdAt", "")),
        updated=str(next(iter(changed), "") or ""),
        env=pairs(container.get("environment")),
        secrets=pairs(container.get("secrets"), "valueFrom"),
        source=definition,
    )
