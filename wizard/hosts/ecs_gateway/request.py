"""The requests that deploy the agent, with their resource types: task definition and service."""

from __future__ import annotations

from wizard.base.values import JsonText, Ref, Sha256, Value
from wizard.documents.document import Document, DocumentKind, Note
from wizard.hosts.ecs.cluster import TAGGING
from wizard.hosts.ecs.logs import log_group_name
from wizard.hosts.ecs.view import container_notes
from wizard.plan.inputs import AGENT_ROLE
from wizard.plan.resources import secrets
from wizard.plan.resources.common import (
    CONFIG_VARIABLE,
    FINGERPRINT,
    HEALTH,
    PORT,
    START,
    Site,
    tags_record,
)
from wizard.plan.resources.image import image_identifier
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN
from wizard.plan.resources.subnets import in_subnets
from wizard.plan.resources.types import Type, camel

CONTAINER, PORT_NAME = "agent", "api"

GRACE_SECONDS = 300
"""How long a new task may take until it answers."""

LEAVING_SECONDS = 5
"""How long the load balancer lets an old task's requests end; the agent's are short."""

NO_EDIT = "The wizard compares it, member by member, with what runs."

SERVICE_NOTES = (
    Note(
        "deploymentConfiguration",
        "The old agent is stopped before the new one starts, so that there is never more than "
        "one; if the new one fails, ECS returns to the old one automatically.",
        '"deploymentConfiguration"',
    ),
    Note(
        "availabilityZoneRebalancing",
        "Off: otherwise it starts a second agent in another zone before it stops the first.",
        '"availabilityZoneRebalancing"',
    ),
    Note(
        "gatewayConnectors",
        "The gateway checks the agent's health, and sends requests once it answers.",
        '"gatewayConnectors"',
    ),
)


def task_definition(site: Site, config: Document) -> dict[str, Value]:
    """The task definition, in CloudFormation's words."""
    answers, name = site.answers, site.names.service
    container: dict[str, Value] = {
        "Name": CONTAINER,
        "Image": image_identifier(site),
        "Essential": True,
        "Command": ["sh", "-c", START],
        "PortMappings": [{"ContainerPort": int(PORT), "Name": PORT_NAME, "Protocol": "tcp"}],
        "Environment": [
            {"Name": FINGERPRINT, "Value": Sha256(config.body)},
            *secrets.environment(site),
        ],
        "Secrets": [
            {"Name": CONFIG_VARIABLE, "ValueFrom": CONFIG_SECRET_ARN},
            *secrets.secrets(site),
        ],
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
                "awslogs-group": log_group_name(site),
                "awslogs-region": answers.region,
                "awslogs-stream-prefix": CONTAINER,
            },
        },
    }
    return {
        "Family": name,
        "RequiresCompatibilities": ["FARGATE"],
        "NetworkMode": "awsvpc",
        "Cpu": str(answers.cpu),
        "Memory": str(answers.memory),
        "RuntimePlatform": {
            "CpuArchitecture": answers.architecture.upper(),
            "OperatingSystemFamily": "LINUX",
        },
        "ExecutionRoleArn": Ref("execution-role", "arn"),
        "TaskRoleArn": Ref(AGENT_ROLE, "arn"),
        "ContainerDefinitions": [container],
        "Tags": site.tags(name),
    }


def settings() -> dict[str, Value]:
    """How a service deploys, in CloudFormation's words: one agent, never two."""
    return {
        "AvailabilityZoneRebalancing": "DISABLED",
        "HealthCheckGracePeriodSeconds": GRACE_SECONDS,
        "DeploymentConfiguration": {
            "Strategy": "ROLLING",
            "MaximumPercent": 100,
            "MinimumHealthyPercent": 0,
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        },
    }


def service(site: Site) -> dict[str, Value]:
    """The service, in CloudFormation's words; it has no task at first."""
    name, answers = site.names.service, site.answers
    network: dict[str, Value] = {
        "Subnets": in_subnets(answers),
        "SecurityGroups": [Ref("task-group", "id")],
        "AssignPublicIp": "DISABLED" if answers.internal else "ENABLED",
    }
    connector: dict[str, Value] = {
        "PortName": PORT_NAME,
        "HealthCheck": {"HealthCheckProtocol": "HTTP", "HealthCheckPath": HEALTH},
        "DeregistrationDelay": {"TimeoutSeconds": LEAVING_SECONDS},
    }
    return {
        "ServiceName": name,
        "Cluster": Ref("ecs-cluster", "arn"),
        "TaskDefinition": Ref("task-definition", "arn"),
        "DesiredCount": 0,
        "LaunchType": "FARGATE",
        **settings(),
        "NetworkConfiguration": {"AwsvpcConfiguration": network},
        "GatewayConnectors": [connector],
        "Tags": [*site.tags(name), tags_record(answers)],
    }


def requests(site: Site, config: Document) -> list[Document]:
    """Both, as the API takes them."""
    return [
        Document(
            name="task-definition.json",
            title="The task definition",
            kind=DocumentKind.REQUEST,
            request=("ecs", "RegisterTaskDefinition"),
            notes=container_notes(site),
            why="The image, its size, its roles, and the config from its secret.",
            body=JsonText(camel(task_definition(site, config))),
            fixed=NO_EDIT,
        ),
        Document(
            name="create-ecs-service.json",
            title="The ECS service",
            kind=DocumentKind.REQUEST,
            request=("ecs", "CreateService"),
            notes=SERVICE_NOTES,
            why="Exactly one agent; a health check over HTTP; an address of the gateway.",
            body=JsonText(camel(service(site))),
            fixed=NO_EDIT,
        ),
    ]


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
