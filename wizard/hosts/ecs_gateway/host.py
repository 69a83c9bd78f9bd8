"""ECS behind a gateway as a host: its services as views, and the revisions a removal finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.errors import AwsError
from wizard.base.names import Names
from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.hosts.ecs.cluster import place
from wizard.hosts.ecs.logs import group_of
from wizard.hosts.ecs.progress import stopped
from wizard.hosts.ecs.roles import TASK_ROLE
from wizard.hosts.ecs.view import (
    EXPRESS,
    REVISIONS,
    by_arn,
    clusters,
    listed,
    operations,
    pairs,
    revisions,
    runs,
    service_in,
    tags,
)
from wizard.hosts.ecs_gateway import gateway, request
from wizard.hosts.ecs_gateway.gateway import around, let_in, network, protected
from wizard.hosts.ecs_gateway.request import requests
from wizard.hosts.ecs_gateway.service import address, redeployed, service, task_definition
from wizard.hosts.host import Listed, Operation, ServiceView
from wizard.plan.inputs import Listing
from wizard.plan.model import Call, LookOnly, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.secrets import config_document
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
    return replace(seen, callers=_callers(call, name), protected=_protected(call, name))


def _callers(call: AwsCall, service: str) -> tuple[str, ...] | None:
    try:
        return let_in(call, service)
    except AwsError:
        return None  # whoever may not read security groups sees all else


def _protected(call: AwsCall, gateway: str) -> bool | None:
    try:
        told = call("ecs", "DescribeGateway", {"gateway": gateway}) or {}
    except AwsError:
        return None  # whoever may not read the gateway sees all else
    found: bool | None = (told.get("gateway") or {}).get("deletionProtection")
    return found


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
        architecture=str((definition.get("runtimePlatform") or {}).get("cpuArchitecture", "")),
        image=str(container.get("image", "")),
        cpu=str(definition.get("cpu", "")),
        memory=str(definition.get("memory", "")),
        created=str(found.get("createdAt", "")),
        updated=str(next(iter(changed), "") or ""),
        env=pairs(container.get("environment")),
        secrets=pairs(container.get("secrets"), "valueFrom"),
        source=definition,
    )


def listings(names: Names) -> dict[str, Listing]:
    """ARNs of the revisions that are in force, newest first."""
    return revisions(names.service)


def steps(site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The newest stands for the plan's own task definition; the others are steps of their own."""
    document, _ = requests(site, config_document(site))
    whole = task_definition(site, document)
    for number, arn in enumerate(found.get(REVISIONS, ())):
        revision = arn.rpartition(":")[2]
        step = by_arn(whole, arn)
        if number:
            step = replace(
                step,
                id=f"task-definition-{revision}",
                title=f"Task definition, revision {revision}",
                make=LookOnly(f"The task definition {arn} is not there."),
                resource=None,
                fits=(),
            )
        yield step


class EcsGateway:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the execution role, the gateway's role and the task role."""
        return gateway.trusts()

    def policies(self) -> Mapping[str, Document]:
        """Those of the execution role and the gateway's role."""
        return gateway.policies()

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],
    ) -> list[Step]:
        """The execution role and the gateway's role."""
        return gateway.roles(site, trusts, policies)

    def place(self, site: Site) -> list[Step]:
        """The VPC and the subnets, and the gateway that stays in its own."""
        return [*place(site), gateway.unmovable(site)]

    def agent_role(self) -> tuple[str, str]:
        """The task role."""
        return TASK_ROLE

    def requests(self, site: Site, config: Document) -> list[Document]:
        """The task definition and the service."""
        return request.requests(site, config)

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """Network, log group, cluster and gateway; the address; then the agent's one task."""
        definition, created = requests
        return [
            *network(site),
            *around(site),
            task_definition(site, definition),
            address(site, created),
            service(site, created, after),
            *protected(site),
        ]

    def stopped(self, site: Site) -> Step:
        """The service without a task: it keeps its address."""
        return stopped(site)

    def redeployed(
        self,
        names: Names,
        region: str,  # noqa: ARG002 - nothing in the steps names it
        now: Mapping[str, Any],
        variable: Mapping[str, Value],
    ) -> list[Step]:
        """A new revision of the task definition `now`, and the service with it."""
        return redeployed(names, now, variable)

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """Revisions of the task definition."""
        return listings(names)

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """A step for each revision."""
        return steps(site, found)

    def open_to(self) -> tuple[Call, str]:
        """ECS is open to every account; listing costs nothing."""
        call = Call(service="ecs", operation="ListClusters", params={})
        return call, "length(clusterArns)"

    def log_group(self, service: str) -> str:
        """Named by the wizard after the service."""
        return group_of(service.rpartition("/")[2])

    def services(self, call: AwsCall) -> list[Listed]:
        """One for each cluster that has a service of its own name."""
        return services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """As ECS lists them."""
        return tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of the service, its task definition and its route."""
        return described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of a service as its step's looks found it."""
        return view(found)

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:
        """The addresses that are let in."""
        return let_in(call, names.service)

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """Its deployments."""
        return operations(call, arn)


HOST = EcsGateway()
