"""The resource types of ECS behind a gateway."""

from __future__ import annotations

from wizard.hosts.ecs.types import TAGGING
from wizard.plan.resources.types import Type

GATEWAY_TYPE = Type(
    name="AWS::ECS::Gateway",
    service="ecs",
    create="CreateGateway",
    parameters={"GatewayName": "name"},
    camel=True,
    tagging=TAGGING,
)
ASSOCIATION_TYPE = Type(
    name="AWS::ECS::GatewayClusterAssociations",
    service="ecs",
    create="AssociateGatewayWithCluster",
    camel=True,
)
TASK_DEFINITION_TYPE = Type(
    name="AWS::ECS::TaskDefinition",
    service="ecs",
    create="RegisterTaskDefinition",
    camel=True,
    tagging=TAGGING,
)
SERVICE_TYPE = Type(
    name="AWS::ECS::Service",
    service="ecs",
    create="CreateService",
    camel=True,
    tagging=TAGGING,
)
