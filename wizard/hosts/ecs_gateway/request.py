"""The requests that deploy the agent: the task definition, and the service on it."""

from __future__ import annotations

from wizard.base.values import JsonText, Ref, Sha256, Value
from wizard.documents.document import Document, DocumentKind, Note
from wizard.hosts.ecs.logs import log_group_name
from wizard.hosts.ecs.network import FIRST, SECOND
from wizard.plan.hosting import AGENT_ROLE
from wizard.plan.resources import credentials
from wizard.plan.resources.common import (
    CONFIG_VARIABLE,
    FINGERPRINT,
    HEALTH,
    PORT,
    START,
    Site,
    tags_record,
)
from wizard.plan.resources.config import CONFIG_SECRET_ARN
from wizard.plan.resources.image import image_identifier
from wizard.plan.resources.types import camel

CONTAINER, PORT_NAME = "agent", "api"
GRACE_SECONDS = 300
"""How long a new task may take until it answers."""
LEAVING_SECONDS = 5
"""How long the load balancer lets an old task's requests end; the agent's are short."""
NO_EDIT = "The wizard compares it, member by member, with what runs."
TASK_NOTES = (
    Note("image", "formae's own image, from where it is published: no copy is needed.", '"image"'),
    Note(
        "command",
        "Writes the config into a file that only the agent reads, then becomes the agent.",
        '"command"',
    ),
    Note(
        "environment",
        "The config's fingerprint: another config gives another fingerprint, so ECS deploys again "
        "and reads it.",
        '"environment"',
    ),
    Note(
        "secrets",
        "The agent's config, which ECS reads from Secrets Manager when it starts the task.",
        '"secrets"',
    ),
)
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
            *credentials.environment(site),
        ],
        "Secrets": [
            {"Name": CONFIG_VARIABLE, "ValueFrom": CONFIG_SECRET_ARN},
            *credentials.secrets(site),
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
        "RuntimePlatform": {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"},
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
    name = site.names.service
    network: dict[str, Value] = {
        "Subnets": [FIRST, SECOND],
        "SecurityGroups": [Ref("task-group", "id")],
        "AssignPublicIp": "ENABLED",
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
        "Tags": [*site.tags(name), tags_record(site.answers)],
    }


def requests(site: Site, config: Document) -> list[Document]:
    """Both, as the API takes them."""
    return [
        Document(
            name="task-definition.json",
            title="The task definition",
            kind=DocumentKind.REQUEST,
            request=("ecs", "RegisterTaskDefinition"),
            notes=TASK_NOTES,
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
