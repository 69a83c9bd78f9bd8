"""ECS Express Mode as a host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.hosts.ecs.cluster import cluster
from wizard.hosts.ecs.logs import group_of, logs
from wizard.hosts.ecs.network import place, task_group
from wizard.hosts.ecs.roles import TASK_ROLE
from wizard.hosts.ecs.stopping import stopped
from wizard.hosts.ecs.view import operations, tags
from wizard.hosts.ecs_express import leftovers, roles, view
from wizard.hosts.ecs_express.request import request
from wizard.hosts.ecs_express.roles import LINKED_ECS
from wizard.hosts.ecs_express.service import redeployed, service
from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, Step
from wizard.plan.resources.common import Site
from wizard.plan.world import AwsCall


class EcsExpress:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the execution role, the infrastructure role and the task role."""
        return roles.trusts()

    def policies(self) -> Mapping[str, Document]:
        """Those of the execution role and the infrastructure role."""
        return roles.policies()

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],
    ) -> list[Step]:
        """AWS's own roles, the execution role and the infrastructure role."""
        return roles.roles(site, trusts, policies)

    def agent_role(self) -> tuple[str, str]:
        """The task role."""
        return TASK_ROLE

    def requests(self, site: Site, config: Document) -> list[Document]:
        """The one CreateExpressGatewayService request."""
        return [request(site, config)]

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """Network, log group and cluster; then the service."""
        (created,) = requests
        return [
            *place(site),
            task_group(site),
            *logs(site),
            cluster(site, frozenset({LINKED_ECS})),  # which would make that role itself
            service(site, created, after),
        ]

    def stopped(self, site: Site) -> Step:
        """The service without a task: Express Mode itself knows no fewer than one."""
        return stopped(site)

    def redeployed(
        self,
        names: Names,
        region: str,  # noqa: ARG002 - nothing in the step names it
        now: Mapping[str, Any],
        variable: Mapping[str, Value],
    ) -> list[Step]:
        """The service; `now` is its newest configuration."""
        return [redeployed(names, now, variable)]

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """Revisions of the task definition that ECS registered."""
        return leftovers.listings(names)

    def left(
        self,
        site: Site,  # noqa: ARG002 - the revisions' ARNs say it all
        found: Mapping[str, tuple[str, ...]],
    ) -> Iterator[Step]:
        """A step for each revision."""
        return leftovers.steps(found)

    def open_to(self) -> tuple[Call, str]:
        """ECS is open to every account; listing costs nothing."""
        call = Call(service="ecs", operation="ListClusters", params={})
        return call, "length(clusterArns)"

    def log_group(self, service: str) -> str:
        """Named by the wizard after the service."""
        return group_of(service.rpartition("/")[2])

    def services(self, call: AwsCall) -> list[Listed]:
        """Those of every cluster that ECS itself manages."""
        return view.services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """As ECS lists them."""
        return tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of the service and the newest of its configurations."""
        return view.described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of a service as its step's looks found it."""
        return view.view(found)

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: every step is in each plan."""
        return ()

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """Its deployments."""
        return operations(call, arn)


HOST = EcsExpress()
