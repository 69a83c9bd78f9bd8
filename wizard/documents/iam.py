"""The IAM documents every deployment has: who may take on the roles, and what the agent needs."""

from wizard.documents.document import Document, Kind, Note
from wizard.documents.statements import policy_notes
from wizard.documents.templates import json_template
from wizard.values import Value


def access_trust() -> Document:
    """Trust policy of the role that pulls the image."""
    return Document(
        name="apprunner-trust.json",
        kind=Kind.TRUST,
        title="Who may pull the image",
        why="Only App Runner's build service may take on the access role.",
        body=json_template("trust-access.json", {}),
        notes=_trust_notes("App Runner's build service, which fetches the image, and nobody else."),
    )


def instance_trust() -> Document:
    """Trust policy of the role the agent works with."""
    return Document(
        name="apprunner-instance-trust.json",
        kind=Kind.TRUST,
        title="Who may act as the agent",
        why="Only App Runner's running containers may take on the instance role.",
        body=json_template("trust-instance.json", {}),
        notes=_trust_notes("The containers that App Runner runs for you, and nobody else."),
    )


def runtime_policy(
    *, cluster_arn: Value, database_secret_arn: Value, config_secret_arn: Value
) -> Document:
    """What the agent itself needs, in every scope: its database and its own two secrets."""
    body = json_template(
        "runtime-policy.json",
        {
            "cluster_arn": cluster_arn,
            "database_secret_arn": database_secret_arn,
            "config_secret_arn": config_secret_arn,
        },
    )
    return Document(
        name="formae-data-api-policy.json",
        kind=Kind.POLICY,
        title="What the agent itself needs",
        why="Statements on its own database through the Data API, and reading its database "
        "password and its config; each by its full ARN, nothing else.",
        body=body,
        notes=policy_notes(body.text),
    )


def _trust_notes(who: str) -> tuple[Note, ...]:
    return (
        Note("Principal", who, '"Principal"'),
        Note(
            "Action",
            "Taking on the role gives credentials for some hours; AWS renews them by itself.",
            '"Action"',
        ),
    )
