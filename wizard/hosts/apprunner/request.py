"""The CreateService request: image, config, size, health and the start command."""

from __future__ import annotations

from wizard.answers.model import Answers
from wizard.answers.record import TAGS_RECORD, tag_marks
from wizard.base.values import JsonText, Ref, Sha256, Value
from wizard.documents.document import Document, Kind, Note
from wizard.plan.resources.agent import CONFIG_VARIABLE, FINGERPRINT, HEALTH, PORT, START
from wizard.plan.resources.common import Site
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
        kind=Kind.REQUEST,
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


def tags_record(answers: Answers) -> dict[str, str]:
    """The tag that says which tags are the wizard's: these it takes off again, and no others."""
    return {"Key": TAGS_RECORD, "Value": tag_marks(key for key, _ in answers.tags)}


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
