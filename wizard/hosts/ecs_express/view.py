"""What ECS tells of its Express services, by read calls: the list of them, and one as a view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.hosts.ecs.view import DRAINED, EXPRESS, clusters, listed, pairs, runs, service_in
from wizard.hosts.service_view import Listed, ServiceView
from wizard.plan.world import AwsCall

AT_ONCE = 10
"""Services that one call describes."""


def services(call: AwsCall) -> list[Listed]:
    """The Express services of every cluster, also those that a person made. Raises AwsError."""
    return [each for cluster in clusters(call) for each in _in(call, cluster)]


def _in(call: AwsCall, cluster: str) -> Iterator[Listed]:
    wanted = {"cluster": cluster, "resourceManagementType": EXPRESS}
    arns = (call("ecs", "ListServices", wanted) or {}).get("serviceArns") or []
    for at in range(0, len(arns), AT_ONCE):
        some = {"cluster": cluster, "services": arns[at : at + AT_ONCE]}
        for each in (call("ecs", "DescribeServices", some) or {}).get("services") or []:
            if each["status"] != DRAINED:
                yield listed(each)


def described(call: AwsCall, arn: str) -> ServiceView | None:
    """One service with the configuration that it is to run. Raises AwsError."""
    cluster, name = arn.split("/")[-2:]
    found = service_in(call, cluster, name)
    told = call("ecs", "DescribeExpressGatewayService", {"serviceArn": arn}) if found else None
    if found is None or told is None:
        return None
    configurations = told["service"].get("activeConfigurations") or [{}]
    newest = max(configurations, key=lambda each: str(each.get("createdAt", "")))
    return view({**found, "Current": newest})


def view(found: Mapping[str, Any]) -> ServiceView:
    """The view of a service that DescribeServices told, with its configuration as `Current`."""
    current = found.get("Current") or {}
    container: Mapping[str, Any] = current.get("primaryContainer") or {}
    address = next((each["endpoint"] for each in current.get("ingressPaths") or []), "")
    changed = [each.get("updatedAt") for each in found.get("deployments") or []]
    return ServiceView(
        arn=str(found.get("serviceArn", "")),
        status=str(found.get("status", "")),
        running=runs(found),
        url=f"https://{address}" if address else "",
        image=str(container.get("image", "")),
        cpu=str(current.get("cpu", "")),
        memory=str(current.get("memory", "")),
        created=str(found.get("createdAt", "")),
        updated=str(next(iter(changed), "") or ""),
        env=pairs(container.get("environment")),
        secrets=pairs(container.get("secrets"), "valueFrom"),
        source=current,
    )
