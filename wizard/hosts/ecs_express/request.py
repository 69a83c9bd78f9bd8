"""The requests that deploy the agent and change what is deployed, with the roles they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.base.values import Found, JsonText, Ref, Sha256, Value
from wizard.documents.document import Document, DocumentKind, Note
from wizard.hosts.ecs.logs import log_group_name
from wizard.hosts.ecs.progress import GIVEN_UP, SUCCEEDED
from wizard.hosts.ecs.roles import (
    ECS,
    balancer_role,
    config_policy,
    execution_role,
    network_policy,
    task_trusts,
    trust,
)
from wizard.hosts.ecs.view import compared, container_notes, kept
from wizard.plan.inputs import AGENT_ROLE, EXECUTION_ROLE
from wizard.plan.model import Call, Expectation, Lookup, Output, Section, Step
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
from wizard.plan.resources.policies import NO_SUCH
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN
from wizard.plan.resources.subnets import in_subnets
from wizard.plan.resources.types import Type, camel

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


def agent_roles(
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


STREAM = "agent"

CREATED_WITH = frozenset({"serviceName", "cluster", "infrastructureRoleArn", "tags"})
"""What ECS takes when it makes a service, and never changes by its update."""

USUAL = "X86_64"
"""The CPU architecture where none is named."""

CURRENT = "Current"
"""What a service is found with: the newest of its configurations."""

SUBNETS = f"not_null({CURRENT}.networkConfiguration.subnets, `[]`)"

DEPLOYS_ANEW = (
    "ECS starts the new agent beside the old one and moves requests to it in stages; two agents "
    "run on the database for six to nine minutes. The address stays."
)

NOTES = (
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
            *secrets.environment(site),
        ],
        "Secrets": [
            {"Name": CONFIG_VARIABLE, "ValueFrom": CONFIG_SECRET_ARN},
            *secrets.secrets(site),
        ],
    }
    architecture: dict[str, Value] = {"CpuArchitecture": answers.architecture.upper()}
    usual = architecture["CpuArchitecture"] == USUAL  # which `aws` has not always known to name
    return {
        "ServiceName": name,
        "Cluster": Ref("ecs-cluster", "name"),
        "InfrastructureRoleArn": Ref(INFRASTRUCTURE_ROLE, "arn"),
        "ExecutionRoleArn": Ref(EXECUTION_ROLE, "arn"),
        "TaskRoleArn": Ref(AGENT_ROLE, "arn"),
        "PrimaryContainer": container,
        "Cpu": str(answers.cpu),
        "Memory": str(answers.memory),
        **({} if usual else architecture),
        "HealthCheckPath": HEALTH,
        "NetworkConfiguration": {
            "Subnets": in_subnets(site.answers),
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
        notes=(*container_notes(site), *NOTES),
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
    settings.setdefault("cpuArchitecture", USUAL)
    plain = dict(settings)
    architecture = plain.pop("cpuArchitecture")
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
        fit(
            "its CPU architecture",
            f"not_null({CURRENT}.cpuArchitecture, '{USUAL}')",
            architecture,
            "equal",
        ),
        fit("the agent's container", *_container(container), "subset"),
        *(
            fit(what, f"{CURRENT}.networkConfiguration.{name}", network[name], "all of")
            for name, what in lists.items()
            if name in network
        ),
        *(
            fit("how many subnets it has", f"length({SUBNETS})", len(chosen), "equal")
            for chosen in [network.get("subnets") or ()]
            if any(isinstance(each, str) for each in chosen)
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
