"""Who may take on the roles, and what the execution role and the gateway's role may do."""

from __future__ import annotations

from collections.abc import Mapping

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
from wizard.plan.model import Step
from wizard.plan.resources.common import Site

GATEWAY_ROLE = "gateway-role"
GATEWAY_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB"


def trusts() -> dict[str, Document]:
    """The three trust policies, by the step of their role."""
    gateway = trust(
        "ecs-gateway-trust.json",
        ECS,
        "Who may create the load balancer",
        "Only ECS may assume the gateway role.",
        "ECS itself, for its gateways, and no one else.",
    )
    return {**task_trusts(), GATEWAY_ROLE: gateway}


def policies() -> dict[str, Document]:
    """What the two may do beside AWS's own policies, by the step of their role."""
    return {
        EXECUTION_ROLE: config_policy(),
        GATEWAY_ROLE: network_policy("ecs-gateway-policy.json"),
    }


def roles(
    site: Site, documents: Mapping[str, Document], policies: Mapping[str, Document]
) -> list[Step]:
    """The execution role and the gateway's role, with what they may do."""
    return [
        *execution_role(site, documents, policies),
        *balancer_role(
            site,
            GATEWAY_ROLE,
            GATEWAY_POLICY,
            documents[GATEWAY_ROLE],
            policies[GATEWAY_ROLE],
            "ECS assumes it to create and keep the load balancer and its certificate.",
        ),
    ]
