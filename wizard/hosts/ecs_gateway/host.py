"""ECS behind a gateway as a host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.hosts.ecs.logs import group_of
from wizard.hosts.ecs.roles import TASK_ROLE
from wizard.hosts.ecs.stopping import stopped
from wizard.hosts.ecs.view import operations, tags
from wizard.hosts.ecs_gateway import leftovers, request, roles, view
from wizard.hosts.ecs_gateway.gateway import around
from wizard.hosts.ecs_gateway.network import let_in, network
from wizard.hosts.ecs_gateway.rotation import redeployed
from wizard.hosts.ecs_gateway.service import address, service, task_definition
from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, Step
from wizard.plan.resources.common import Site
from wizard.plan.world import AwsCall


class EcsGateway:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the execution role, the gateway's role and the task role."""
        return roles.trusts()

    def policies(self) -> Mapping[str, Document]:
        """Those of the execution role and the gateway's role."""
        return roles.policies()

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],
    ) -> list[Step]:
        """The execution role and the gateway's role."""
        return roles.roles(site, trusts, policies)

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
        return leftovers.listings(names)

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """A step for each revision."""
        return leftovers.steps(site, found)

    def open_to(self) -> tuple[Call, str]:
        """ECS is open to every account; listing costs nothing."""
        call = Call(service="ecs", operation="ListClusters", params={})
        return call, "length(clusterArns)"

    def log_group(self, service: str) -> str:
        """Named by the wizard after the service."""
        return group_of(service.rpartition("/")[2])

    def services(self, call: AwsCall) -> list[Listed]:
        """One for each cluster that has a service of its own name."""
        return view.services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """As ECS lists them."""
        return tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of the service, its task definition and its route."""
        return view.described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of a service as its step's looks found it."""
        return view.view(found)

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:
        """The addresses that are let in."""
        return let_in(call, names.service)

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """Its deployments."""
        return operations(call, arn)


HOST = EcsGateway()
