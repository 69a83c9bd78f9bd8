"""The database's user and password, as ECS hands them to an agent that speaks PostgreSQL.

They are in no config: ECS reads them from the database's secret when it starts the agent.
"""

from __future__ import annotations

import json
from dataclasses import replace

from wizard.base.values import Ref, Template, Text, Value
from wizard.documents.document import Document, DocumentKind
from wizard.documents.iam import policy_notes, with_keys
from wizard.plan.hosting import EXECUTION_ROLE
from wizard.plan.model import Step, TakeAway
from wizard.plan.resources.cluster import SECRET_ARN
from wizard.plan.resources.common import Site
from wizard.plan.resources.policies import inline
from wizard.plan.resources.types import INLINE_TYPE

USER, PASSWORD = "FORMAE_DATABASE_USER", "FORMAE_DATABASE_PASSWORD"
"""The environment variables that the agent's config reads them from."""
VERSION = "FORMAE_DATABASE_SECRET_VERSION"
"""An environment variable with the version of the secret: ECS reads secrets only when it starts the
agent, so another password must change the service for the agent to be started again."""
READS = "database-secret-policy"
"""The step that lets ECS read the secret."""


def secrets(site: Site) -> list[Value]:
    """The container's secrets, in CloudFormation's words; none for the Data API."""
    if not site.answers.direct:
        return []
    return [
        {"Name": name, "ValueFrom": Text((SECRET_ARN, f":{key}::"))}
        for name, key in ((USER, "username"), (PASSWORD, "password"))
    ]


def environment(site: Site) -> list[Value]:
    """The container's variables, in CloudFormation's words; none for the Data API."""
    if not site.answers.direct:
        return []
    return [{"Name": VERSION, "Value": Ref("database-secret", "version")}]


def policies(site: Site) -> dict[str, Document]:
    """What the execution role may read besides the config, by the step; nothing for the Data API.

    One secret by its full ARN, and the customer keys it may be under.
    """
    if not site.answers.direct:
        return {}
    statement = {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "${database_secret_arn}",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
    holes = {"database_secret_arn": SECRET_ARN}
    body = with_keys(Template("json", text, holes), site.inputs.secret_keys)
    document = Document(
        name="ecs-database-policy.json",
        kind=DocumentKind.POLICY,
        title="Who reads the database password",
        why="The one secret with the database's user and password, which ECS hands to the agent.",
        body=body,
        notes=policy_notes(body.text),
        fixed="It names the one secret without which the agent does not start.",
    )
    return {READS: document}


def policy_name(deployment: str) -> str:
    """What the inline policy of the execution role is called."""
    return f"{deployment}-database"


def access(site: Site, documents: dict[str, Document]) -> list[Step]:
    """The step that puts the policy in `documents` on the execution role, or takes it off again."""
    step = inline(
        step_id=READS,
        role=EXECUTION_ROLE,
        name=policy_name(site.answers.name),
        title="Execution role may read the database password",
        why="The one secret with the database's user and password, which ECS hands to the agent.",
    )
    if READS not in documents:
        gone = replace(
            step,
            title=f"{step.title} no more",
            why="The agent reaches its database through the Data API now.",
            make=TakeAway(),
            after=frozenset({"service"}),
        )
        return [gone] if site.inputs.password_read else []
    target = step.lookups[0].call.params
    wanted = INLINE_TYPE.wanted({**target, "PolicyDocument": documents[READS].body})
    return [replace(step, **wanted)]
