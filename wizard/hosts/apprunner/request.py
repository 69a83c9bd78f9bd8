"""The CreateService request: image, config, size, health and the start command.

What a service that is there is asked for: our settings, beside those that others put there.
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
    tags_record,
)
from wizard.plan.resources.config import CONFIG_SECRET_ARN
from wizard.plan.resources.image import image_identifier

NOTES = (
    Note(
        "AuthenticationConfiguration",
        "The role with which App Runner pulls the image from ECR.",
        '"AuthenticationConfiguration"',
    ),
    Note(
        "AutoDeploymentsEnabled",
        "A new image in ECR is not deployed by itself: the agent's version changes when you say.",
        '"AutoDeploymentsEnabled"',
    ),
    Note(
        "ImageIdentifier",
        "The very version that was pushed, not a tag that moves.",
        '"ImageIdentifier"',
    ),
    Note("Port", "Where the agent listens inside its container.", '"Port"'),
    Note(
        "RuntimeEnvironmentSecrets",
        "The agent's config, which App Runner reads from Secrets Manager when it deploys.",
        '"RuntimeEnvironmentSecrets"',
    ),
    Note(
        "RuntimeEnvironmentVariables",
        "The config's fingerprint: another config gives another fingerprint, so App Runner deploys "
        "anew and reads it.",
        '"RuntimeEnvironmentVariables"',
    ),
    Note(
        "StartCommand",
        "Writes the config into a file that only the agent reads, then becomes the agent. Blanks "
        "are written ${IFS}, because App Runner takes no quotes.",
        '"StartCommand"',
    ),
    Note(
        "InstanceConfiguration",
        "CPU units and MiB of the one instance, and the role the agent works with.",
        '"InstanceConfiguration"',
    ),
    Note(
        "HealthCheckConfiguration",
        "App Runner asks the agent itself how it is, and lets requests in once it answers.",
        '"HealthCheckConfiguration"',
    ),
    Note(
        "AutoScalingConfigurationArn",
        "One instance and never more, because formae keeps one agent to a database.",
        '"AutoScalingConfigurationArn"',
    ),
    Note(
        "Tags",
        "By app=formae-agent the wizard knows later what it made, and formae what to leave alone.",
        '"Tags"',
    ),
)


def start_command(script: str = START) -> str:
    """`sh -c <script>` as one line that survives being split at white space without a shell.

    App Runner takes no quotes, so every blank inside the script is written ${IFS}, which the
    shell in the container turns back into a blank.
    """
    squeezed = script.replace("; ", ";").replace(" && ", "&&")
    return "sh -c " + squeezed.replace(" ", "${IFS}")


def service_request(site: Site, config: Document) -> Document:
    """The whole CreateService request."""
    return Document(
        name="create-service.json",
        title="The App Runner service",
        kind=DocumentKind.REQUEST,
        request=("apprunner", "CreateService"),
        notes=NOTES,
        why="One instance, because formae keeps one agent to a database; no deployments by "
        "themselves; the config from its secret; health asked over HTTP.",
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
    "App Runner deploys the service anew, which takes some minutes; the old one answers until the "
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
            "open to the VPC alone",
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
