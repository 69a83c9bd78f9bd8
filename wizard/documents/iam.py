"""The IAM document every deployment has: what the agent itself needs."""

from wizard.base.values import Value
from wizard.documents.document import Document, Kind, Note
from wizard.documents.statements import policy_notes
from wizard.documents.templates import json_template


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


def trust_notes(who: str) -> tuple[Note, ...]:
    """The notes of a trust policy that lets in `who`, a sentence."""
    return (
        Note("Principal", who, '"Principal"'),
        Note(
            "Action",
            "Taking on the role gives credentials for some hours; AWS renews them by itself.",
            '"Action"',
        ),
    )
