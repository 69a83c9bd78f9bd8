"""ECS Express Mode as a host: its services as views, and the revisions that a removal finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Found, Value
from wizard.documents.document import Document
from wizard.hosts.ecs.cluster import cluster, place, task_group
from wizard.hosts.ecs.logs import group_of, logs
from wizard.hosts.ecs.progress import stopped
from wizard.hosts.ecs.roles import TASK_ROLE
from wizard.hosts.ecs.view import (
    DRAINED,
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
from wizard.hosts.ecs_express.request import LINKED_ECS, agent_roles, policies, request, trusts
from wizard.hosts.ecs_express.service import redeployed, service
from wizard.hosts.host import Listed, Operation, ServiceView
from wizard.plan.inputs import Listing
from wizard.plan.model import Call, DeleteSpec, LookOnly, Output, Section, Step
from wizard.plan.resources.common import Site
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
        architecture=str(current.get("cpuArchitecture", "")),
        image=str(container.get("image", "")),
        cpu=str(current.get("cpu", "")),
        memory=str(current.get("memory", "")),
        created=str(found.get("createdAt", "")),
        updated=str(next(iter(changed), "") or ""),
        env=pairs(container.get("environment")),
        secrets=pairs(container.get("secrets"), "valueFrom"),
        source=current,
    )


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


class EcsExpress:
    """Answers what `Host` asks."""

    def trusts(self) -> Mapping[str, Document]:
        """Those of the execution role, the infrastructure role and the task role."""
        return trusts()

    def policies(self) -> Mapping[str, Document]:
        """Those of the execution role and the infrastructure role."""
        return policies()

    def roles(
        self,
        site: Site,
        trusts: Mapping[str, Document],
        policies: Mapping[str, Document],
    ) -> list[Step]:
        """AWS's own roles, the execution role and the infrastructure role."""
        return agent_roles(site, trusts, policies)

    def place(self, site: Site) -> list[Step]:
        """The VPC and the subnets."""
        return place(site)

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
        return listings(names)

    def left(
        self,
        site: Site,  # noqa: ARG002 - the revisions' ARNs say it all
        found: Mapping[str, tuple[str, ...]],
    ) -> Iterator[Step]:
        """A step for each revision."""
        return steps(found)

    def open_to(self) -> tuple[Call, str]:
        """ECS is open to every account; listing costs nothing."""
        call = Call(service="ecs", operation="ListClusters", params={})
        return call, "length(clusterArns)"

    def log_group(self, service: str) -> str:
        """Named by the wizard after the service."""
        return group_of(service.rpartition("/")[2])

    def services(self, call: AwsCall) -> list[Listed]:
        """Those of every cluster that ECS itself manages."""
        return services(call)

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """As ECS lists them."""
        return tags(call, arn)

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """Of the service and the newest of its configurations."""
        return described(call, arn)

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """Of a service as its step's looks found it."""
        return view(found)

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: every step is in each plan."""
        return ()

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """Its deployments."""
        return operations(call, arn)


HOST = EcsExpress()
