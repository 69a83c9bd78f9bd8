"""The request that deploys the agent, and the one that changes what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.base.values import Found, JsonText, Ref, Sha256, Value
from wizard.documents.document import Document, DocumentKind, Note
from wizard.hosts.ecs.logs import log_group_name
from wizard.hosts.ecs.network import FIRST, SECOND
from wizard.hosts.ecs.progress import GIVEN_UP, SUCCEEDED
from wizard.hosts.ecs.variables import compared, kept
from wizard.hosts.ecs_express.roles import INFRASTRUCTURE_ROLE
from wizard.plan.hosting import AGENT_ROLE, EXECUTION_ROLE
from wizard.plan.model import Call, Expectation
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

STREAM = "agent"
CREATED_WITH = frozenset({"serviceName", "cluster", "infrastructureRoleArn", "tags"})
"""What ECS takes when it makes a service, and never changes by its update."""
CURRENT = "Current"
"""What a service is found with: the newest of its configurations."""
DEPLOYS_ANEW = (
    "ECS starts the new agent beside the old one and moves requests to it in stages; two agents "
    "run on the database for six to nine minutes. The address stays."
)
NOTES = (
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
    Note(
        "healthCheckPath",
        "Without it the load balancer asks /ping, which the agent does not know.",
        '"healthCheckPath"',
    ),
    Note(
        "scalingTarget",
        "One agent per database: without it ECS would start up to 20.",
        '"scalingTarget"',
    ),
)


def properties(site: Site, config: Document) -> dict[str, Value]:
    """The service, in CloudFormation's words."""
    answers, name = site.answers, site.names.service
    logs: dict[str, Value] = {"LogGroup": log_group_name(site), "LogStreamPrefix": STREAM}
    container: dict[str, Value] = {
        "Image": image_identifier(site),
        "ContainerPort": int(PORT),
        "AwsLogsConfiguration": logs,
        "Command": ["sh", "-c", START],
        "Environment": [
            {"Name": FINGERPRINT, "Value": Sha256(config.body)},
            *credentials.environment(site),
        ],
        "Secrets": [
            {"Name": CONFIG_VARIABLE, "ValueFrom": CONFIG_SECRET_ARN},
            *credentials.secrets(site),
        ],
    }
    return {
        "ServiceName": name,
        "Cluster": Ref("ecs-cluster", "name"),
        "InfrastructureRoleArn": Ref(INFRASTRUCTURE_ROLE, "arn"),
        "ExecutionRoleArn": Ref(EXECUTION_ROLE, "arn"),
        "TaskRoleArn": Ref(AGENT_ROLE, "arn"),
        "PrimaryContainer": container,
        "Cpu": str(answers.cpu),
        "Memory": str(answers.memory),
        "HealthCheckPath": HEALTH,
        "NetworkConfiguration": {
            "Subnets": [FIRST, SECOND],
            "SecurityGroups": [Ref("task-group", "id")],
        },
        "ScalingTarget": {"MinTaskCount": 1, "MaxTaskCount": 1},
        "Tags": [*site.tags(name), tags_record(answers)],
    }


def request(site: Site, config: Document) -> Document:
    """The CreateExpressGatewayService request, which the person may edit."""
    return Document(
        name="create-express-gateway-service.json",
        title="The Express service",
        kind=DocumentKind.REQUEST,
        request=("ecs", "CreateExpressGatewayService"),
        notes=NOTES,
        why="One agent; the config from its secret; health checks over HTTP; ECS adds the load "
        "balancer, the certificate and the address.",
        body=JsonText(camel(properties(site, config))),
    )


def params_of(document: Document) -> dict[str, Any]:
    """The parameters in a request of ours."""
    assert isinstance(document.body, JsonText)  # noqa: S101 - made by `request`
    assert isinstance(document.body.value, dict)  # noqa: S101
    return document.body.value


def update(settings: Mapping[str, Value]) -> Call:
    """Deploy the service found with these settings; of its container always the whole is sent."""
    return Call(
        service="ecs",
        operation="UpdateExpressGatewayService",
        params={"serviceArn": Found("serviceArn"), **settings},
    )


def as_wanted(params: Mapping[str, Any]) -> tuple[Expectation, ...]:
    """The service is as a CreateExpressGatewayService request, `params`, asks for.

    Subnets and security groups are compared as far as they are ours: ECS adds groups of its own.
    """
    settings = {key: value for key, value in params.items() if key not in CREATED_WITH}
    plain = dict(settings)
    container = plain.pop("primaryContainer", {})
    network = plain.pop("networkConfiguration", {})
    if container:
        settings["primaryContainer"] = kept(container, f"{CURRENT}.primaryContainer")
    change = update(settings)

    def fit(what: str, path: str, want: Value, reading: str) -> Expectation:
        return Expectation(
            what=what,
            path=path,
            want=want,
            update=change,
            reading=reading,
            effect=DEPLOYS_ANEW,
        )

    ended_badly = " || ".join(f"Newest.status == '{each}'" for each in ("STOPPED", GIVEN_UP))
    lists = {"subnets": "its subnets", "securityGroups": "its security groups"}
    return (
        fit("the service's settings", CURRENT, plain, "subset"),
        fit("the agent's container", *_container(container), "subset"),
        *(
            fit(what, f"{CURRENT}.networkConfiguration.{name}", network[name], "all of")
            for name, what in lists.items()
            if name in network
        ),
        fit(
            "its last deployment",
            f"({ended_badly}) && Newest.status || '{SUCCEEDED}'",
            SUCCEEDED,
            "equal",
        ),
        Expectation(
            what="the infrastructure role",
            path=f"{CURRENT}.infrastructureRoleArn",
            want=params["infrastructureRoleArn"],
        ),
    )


def _container(wanted: Mapping[str, Any]) -> tuple[str, Value]:
    """Where the members that are wanted of the container are, and what they are."""
    picks, members = compared(wanted)
    picked = ", ".join(f"{name}: {path}" for name, path in picks.items())
    return f"{CURRENT}.primaryContainer.{{{picked}}}", members
