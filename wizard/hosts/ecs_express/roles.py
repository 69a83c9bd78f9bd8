"""The roles of an Express service, and those that AWS makes for itself."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.hosts.ecs.roles import (
    ECS,
    balancer_role,
    config_policy,
    execution_role,
    network_policy,
    task_trusts,
    trust,
)
from wizard.plan.hosting import EXECUTION_ROLE
from wizard.plan.model import Call, Lookup, Output, Section, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.policies import NO_SUCH
from wizard.plan.resources.types import Type

INFRASTRUCTURE_ROLE = "infrastructure-role"
INFRASTRUCTURE_POLICY = (
    "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
)
LINKED_TYPE = Type(
    name="AWS::IAM::ServiceLinkedRole", service="iam", create="CreateServiceLinkedRole"
)
LINKED = {
    "ecs": "AWSServiceRoleForECS",
    "elasticloadbalancing": "AWSServiceRoleForElasticLoadBalancing",
    "ecs.application-autoscaling": "AWSServiceRoleForApplicationAutoScaling_ECSService",
}
"""Names of the roles that AWS's services have for themselves, by the service's name."""
LINKED_ECS = "linked-ecs"
"""The step of ECS's own."""


def trusts() -> dict[str, Document]:
    """The three trust policies, by the step of their role."""
    infrastructure = trust(
        "ecs-infrastructure-trust.json",
        ECS,
        "Who may create the load balancer",
        "Only ECS may assume the infrastructure role.",
        "ECS itself, for its Express services, and no one else.",
    )
    return {**task_trusts(), INFRASTRUCTURE_ROLE: infrastructure}


def policies() -> dict[str, Document]:
    """What the two may do beside AWS's own policies, by the step of their role."""
    return {
        EXECUTION_ROLE: config_policy(),
        INFRASTRUCTURE_ROLE: network_policy("ecs-infrastructure-policy.json"),
    }


def roles(
    site: Site, documents: Mapping[str, Document], policies: Mapping[str, Document]
) -> list[Step]:
    """AWS's own roles, the execution role and the infrastructure role, with what they may do."""
    return [
        *(_linked(service, role) for service, role in LINKED.items()),
        *execution_role(site, documents, policies),
        *balancer_role(
            site,
            INFRASTRUCTURE_ROLE,
            INFRASTRUCTURE_POLICY,
            documents[INFRASTRUCTURE_ROLE],
            policies[INFRASTRUCTURE_ROLE],
            "ECS assumes it to create and keep the load balancer, its certificate and its alarms.",
        ),
    ]


def _linked(service: str, name: str) -> Step:
    """A role that an AWS service has for itself; it belongs to the account and is never deleted."""
    whole = f"{service}.amazonaws.com"
    wanted: dict[str, Value] = {"AWSServiceName": whole}
    return Step(
        id=f"linked-{service.replace('.', '-')}",
        section=Section.ROLES,
        title=name,
        why=f"A role that AWS keeps for {whole}. An Express service whose first attempt meets no "
        "such role does not get its load balancer.",
        lookups=(
            Lookup(
                call=Call(service="iam", operation="GetRole", params={"RoleName": name}),
                pick="Role",
                absent=NO_SUCH,
            ),
        ),
        **LINKED_TYPE.wanted(wanted),
        outputs={
            "arn": Output("Arn", f"arn:aws:iam::<account-id>:role/aws-service-role/{whole}/{name}")
        },
    )
