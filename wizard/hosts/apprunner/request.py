"""The CreateService request, with App Runner's resource types: image, config, size, health, start.

A service that exists is asked for our settings beside those that others put there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard.base.values import Found, JsonText, Merged, Ref, Sha256, Value
from wizard.documents.document import Document, DocumentKind, Note
from wizard.plan.model import Call, Expectation, Unmanaged
from wizard.plan.resources.common import (
    CONFIG_VARIABLE,
    FINGERPRINT,
    HEALTH,
    PORT,
    START,
    Site,
    Tagging,
    tags_record,
)
from wizard.plan.resources.image import image_identifier
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN
from wizard.plan.resources.types import Compared, Type

NOTES = (
    Note(
        "AuthenticationConfiguration",
        "The role that App Runner uses to pull the image from ECR.",
        '"AuthenticationConfiguration"',
    ),
    Note(
        "AutoDeploymentsEnabled",
        (
            "A new image in ECR is not deployed automatically: you decide when the agent's version "
            "changes."
        ),
        '"AutoDeploymentsEnabled"',
    ),
    Note(
        "ImageIdentifier",
        "The exact version that was pushed, not a moving tag.",
        '"ImageIdentifier"',
    ),
    Note("Port", "The agent's port inside the container.", '"Port"'),
    Note(
        "RuntimeEnvironmentSecrets",
        "The agent's config, which App Runner reads from Secrets Manager when it deploys.",
        '"RuntimeEnvironmentSecrets"',
    ),
    Note(
        "RuntimeEnvironmentVariables",
        "The config's fingerprint: a new config has a new fingerprint, so App Runner redeploys and "
        "reads it.",
        '"RuntimeEnvironmentVariables"',
    ),
    Note(
        "StartCommand",
        "Writes the config to a file that only the agent reads, then starts the agent. Spaces are "
        "written as ${IFS}, because App Runner does not support quotes.",
        '"StartCommand"',
    ),
    Note(
        "InstanceConfiguration",
        "CPU units and MiB of the instance, and the agent's role.",
        '"InstanceConfiguration"',
    ),
    Note(
        "HealthCheckConfiguration",
        "App Runner checks the agent's health, and routes requests to it once it answers.",
        '"HealthCheckConfiguration"',
    ),
    Note(
        "AutoScalingConfigurationArn",
        "Never more than one instance, because formae supports one agent per database.",
        '"AutoScalingConfigurationArn"',
    ),
    Note(
        "Tags",
        (
            "The tag app=formae-agent shows the wizard what it created, and formae what to leave "
            "alone."
        ),
        '"Tags"',
    ),
)


def start_command() -> str:
    """`sh -c` with the start script as a line that can be split at white space without a shell.

    App Runner takes no quotes, so every blank inside the script is written ${IFS}, which the
    shell in the container turns back into a blank.
    """
    squeezed = START.replace("; ", ";").replace(" && ", "&&")
    return "sh -c " + squeezed.replace(" ", "${IFS}")


def service_request(site: Site, config: Document) -> Document:
    """The whole CreateService request."""
    return Document(
        name="create-service.json",
        title="The App Runner service",
        kind=DocumentKind.REQUEST,
        request=("apprunner", "CreateService"),
        notes=NOTES,
        why="One instance, because formae supports one agent per database; no automatic "
        "deployments; the config from its secret; health checks over HTTP.",
        body=JsonText(
            {
                "ServiceName": site.names.service,
                **_settings(site, config),
                "Tags": [*site.tags(site.names.service), tags_record(site.answers)],
            }
        ),
    )


def _settings(site: Site, config: Document) -> dict[str, Value]:
    answers = site.answers
    return {
        "SourceConfiguration": {
            "AuthenticationConfiguration": {"AccessRoleArn": Ref("access-role", "arn")},
            "AutoDeploymentsEnabled": False,
            "ImageRepository": {
                "ImageIdentifier": image_identifier(site),
                "ImageRepositoryType": "ECR",
                "ImageConfiguration": {
                    "Port": PORT,
                    "RuntimeEnvironmentSecrets": {CONFIG_VARIABLE: CONFIG_SECRET_ARN},
                    "RuntimeEnvironmentVariables": {FINGERPRINT: Sha256(config.body)},
                    "StartCommand": start_command(),
                },
            },
        },
        "InstanceConfiguration": {
            "Cpu": str(answers.cpu),
            "Memory": str(answers.memory),
            "InstanceRoleArn": Ref("instance-role", "arn"),
        },
        "HealthCheckConfiguration": {
            "Protocol": "HTTP",
            "Path": HEALTH,
            "Interval": 10,
            "Timeout": 5,
            "HealthyThreshold": 1,
            "UnhealthyThreshold": 3,
        },
        "AutoScalingConfigurationArn": Ref("scaling", "arn"),
    }


CREATED_WITH = frozenset({"ServiceName", "Tags", "EncryptionConfiguration"})
"""What App Runner takes when it creates a service, and never changes."""

DEPLOYS_ANEW = (
    "App Runner redeploys the service, which takes some minutes; the old version answers until the "
    "new one is healthy."
)

IMAGE_CONFIGURATION = ("SourceConfiguration", "ImageRepository", "ImageConfiguration")

ENVIRONMENT = {
    "RuntimeEnvironmentVariables": "environment variables",
    "RuntimeEnvironmentSecrets": "environment variables from secrets",
}
"""What the container finds in its environment, and what it is called."""

OURS = (CONFIG_VARIABLE, FINGERPRINT)


def as_wanted(params: Mapping[str, Value]) -> Expectation:
    """The settings are those of a CreateService request, `params`."""
    settings = {key: value for key, value in params.items() if key not in CREATED_WITH}
    described = dict(settings)
    scaling = described.pop("AutoScalingConfigurationArn", None)
    if scaling is not None:
        described["AutoScalingConfigurationSummary"] = {"AutoScalingConfigurationArn": scaling}
    return Expectation(
        what="the service's settings",
        path="Service",
        want=described,
        update=Call(
            service="apprunner",
            operation="UpdateService",
            params={"ServiceArn": Found("ServiceArn"), **_beside_theirs(settings)},
        ),
        reading="subset",
        effect=DEPLOYS_ANEW,
    )


def _beside_theirs(settings: Mapping[str, Value]) -> dict[str, Value]:
    """The settings for a service that is there: variables and secrets of others stay in it.

    A name can be a variable or a secret, not both.
    """

    def within(path: tuple[str, ...], inner: Mapping[str, Value]) -> dict[str, Value]:
        if path:
            below = inner.get(path[0])
            deeper = within(path[1:], below if isinstance(below, Mapping) else {})
            return {**inner, path[0]: deeper}
        given = {kind: inner.get(kind) for kind in ENVIRONMENT}
        ours = {kind: each if isinstance(each, Mapping) else {} for kind, each in given.items()}
        merged: dict[str, Value] = {
            kind: Merged(
                ".".join(("Service", *IMAGE_CONFIGURATION, kind)),
                ours[kind],
                without=tuple(key for other in ENVIRONMENT if other != kind for key in ours[other]),
            )
            for kind in ENVIRONMENT
        }
        return {**inner, **merged}

    return within(IMAGE_CONFIGURATION, settings)


def theirs() -> tuple[Unmanaged, ...]:
    """What others may have set on the service, and the wizard has no answer for."""
    environment = ".".join(("Service", *IMAGE_CONFIGURATION))
    network = "Service.NetworkConfiguration"
    return (
        *(
            Unmanaged(what, f"keys(not_null({environment}.{kind}, `{{}}`))[?{_none_of(OURS)}]")
            for kind, what in ENVIRONMENT.items()
        ),
        Unmanaged("VPC connector", f"{network}.EgressConfiguration.VpcConnectorArn"),
        Unmanaged(
            "only reachable from the VPC",
            f"{network}.IngressConfiguration.IsPubliclyAccessible == `false` && 'no public address'"
            " || null",
        ),
        Unmanaged(
            "observability",
            "Service.ObservabilityConfiguration.ObservabilityConfigurationArn",
        ),
    )


def _none_of(names: Iterable[str]) -> str:
    return " && ".join(f"@ != '{name}'" for name in names)


TAGGING = Tagging("apprunner")

CONFIGURATION_PATH = "SourceConfiguration.ImageRepository.ImageConfiguration"

SERVICE_TYPE = Type(
    name="AWS::AppRunner::Service",
    service="apprunner",
    create="CreateService",
    pairs=(
        f"{CONFIGURATION_PATH}.RuntimeEnvironmentVariables",
        f"{CONFIGURATION_PATH}.RuntimeEnvironmentSecrets",
    ),
    tagging=TAGGING,
)

SCALING_TYPE = Type(
    name="AWS::AppRunner::AutoScalingConfiguration",
    service="apprunner",
    create="CreateAutoScalingConfiguration",
    tagging=TAGGING,
    compared=tuple(
        Compared(
            property=size,
            what="one instance",
            path=f"Detail.{size}",
            effect="A new revision is created, and the service switches to it.",
        )
        for size in ("MinSize", "MaxSize")
    ),
)
