"""IAM documents: what the agent itself needs, and what it may manage.

What it may manage is made from AWS's own resource type schemas, which say which actions each
type's handlers need. formae's AWS plugin works through Cloud Control, which checks those actions
against the agent's own role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from wizard.answers.checks import POLICIES_PER_ROLE, POLICY_LIMIT
from wizard.base.errors import ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.base.values import Template, Value
from wizard.documents.document import Document, DocumentKind, Note, json_template

SENTENCES = {
    "Database": "Lets the agent read and write its state: SQL statements through the Data API, on "
    "this one cluster.",
    "OwnSecrets": "Lets the agent read its database password and its own config. It cannot read "
    "any other secret.",
    "OwnConfig": "Lets the agent read its own config. It cannot read any other secret.",
    "SecretKeys": "Lets the agent decrypt its secrets, which are under a key of yours, and nothing "
    "else.",
    "CloudControl": "formae's AWS plugin creates, reads, updates, deletes and lists resources "
    "through Cloud Control. This alone gives no access to any service: Cloud "
    "Control also needs the permissions below.",
    "HandOverRoles": "Services such as Lambda need a role passed to them. The agent can only pass "
    "roles whose name starts with this deployment's -managed-.",
    "ServiceLinkedRoles": "Some services create a service-linked role at first use. AWS defines "
    "its permissions, so the agent gains none through it.",
    "Manage": "What AWS's resource types need to create, read, update, delete and list the "
    "services you chose.",
}
"""By the Sid of our own statements."""
NAMED = 3
"""So many actions or resources are named; the rest is counted."""


def policy_notes(text: str, original: str | None = None) -> tuple[Note, ...]:
    """A note for each statement of a policy's JSON.

    A statement of our own keeps its sentence while it is as in `original` (by default the text
    itself); any other is told by what it says. A text that is no policy has no notes.
    """
    ours = _by_sid(statements_of(text if original is None else original))
    found: list[Note] = []
    for number, statement in enumerate(statements_of(text)):
        sid = str(statement.get("Sid", ""))
        own = bool(sid) and ours.get(sid) == statement
        sentence = SENTENCES.get(sid, "") if own else ""
        part = sid or f"Statement {number + 1}"
        found.append(Note(part, sentence or policy_statement_text(statement), '"Effect"', number))
    return tuple(found)


def policy_statement_text(statement: Mapping[str, Any]) -> str:
    """What a statement says, as a sentence."""
    verb = "Forbids" if statement.get("Effect") == "Deny" else "Allows"
    what = _members(statement, "Action", "every action")
    where = _members(statement, "Resource", "everything")
    condition = ", with a condition" if "Condition" in statement else ""
    return f"{verb} {what} on {where}{condition}."


def _members(statement: Mapping[str, Any], key: str, whole: str) -> str:
    if f"Not{key}" in statement:
        return f"{whole} but {_listed(statement[f'Not{key}'], whole)}"
    return _listed(statement.get(key, []), whole)


def _listed(value: Any, whole: str) -> str:
    words = [value] if isinstance(value, str) else list(value)
    if "*" in words:
        return whole
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(map(str, words[:NAMED])) + more


def statements_of(text: str) -> Sequence[Mapping[str, Any]]:
    """The statements of a policy; none where the text is no policy."""
    try:
        policy = parsed_json(text)
    except json.JSONDecodeError:
        return []
    found = policy.get("Statement", []) if isinstance(policy, dict) else []
    listed = [found] if isinstance(found, dict) else found
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _by_sid(statements: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(each["Sid"]): each for each in statements if "Sid" in each}


def runtime_policy(
    *,
    cluster_arn: Value,
    database_secret_arn: Value,
    config_secret_arn: Value,
    direct: bool = False,
    keys: Sequence[str] = (),
) -> Document:
    """What the agent itself needs, in every scope: its database and its own two secrets.

    An agent that is `direct` speaks PostgreSQL with a password that ECS gives it, and so needs
    its config alone. `keys` are ARNs of the customer keys that encrypt these secrets.
    """
    holes = {"config_secret_arn": config_secret_arn}
    if not direct:
        holes |= {"cluster_arn": cluster_arn, "database_secret_arn": database_secret_arn}
    template = "runtime-policy-direct.json" if direct else "runtime-policy.json"
    body = with_keys(json_template(template, holes), keys)
    return Document(
        name="formae-data-api-policy.json",
        kind=DocumentKind.POLICY,
        title="Base policy",
        why="Reading its own config, by full ARN, and nothing else: its database it reaches with a "
        "password that ECS gives it."
        if direct
        else "SQL statements on its own database through the Data API, and reading its database "
        "password and config; each by full ARN, nothing else.",
        body=body,
        notes=policy_notes(body.text),
    )


def with_keys(body: Template, keys: Sequence[str]) -> Template:
    """The policy, and that the role may decrypt secrets under these keys, by their ARNs."""
    if not keys:
        return body
    policy = parsed_json(body.text)
    through = [f"secretsmanager.{region}.amazonaws.com" for region in _regions(keys)]
    statement = {
        "Sid": "SecretKeys",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": [*keys],
        "Condition": {"StringEquals": {"kms:ViaService": through}},
    }
    policy["Statement"].append(statement)
    return replace(body, text=json.dumps(policy, indent=2) + "\n")


def _regions(arns: Sequence[str]) -> list[str]:
    return sorted({arn.split(":")[3] for arn in arns})


def trust_notes(who: str) -> tuple[Note, ...]:
    """The notes of a trust policy that lets in `who`, a sentence."""
    return (
        Note("Principal", who, '"Principal"'),
        Note(
            "Action",
            "Assuming the role gives credentials for a few hours; AWS renews them automatically.",
            '"Action"',
        ),
    )


CLOUD_CONTROL = [
    f"cloudformation:{verb}"
    for verb in (
        "CreateResource",
        "DeleteResource",
        "GetResource",
        "GetResourceRequestStatus",
        "ListResources",
        "UpdateResource",
    )
]
IAM_READS = frozenset(
    {"iam:GetRole", "iam:ListRoles", "iam:ListAttachedRolePolicies", "iam:GetInstanceProfile"}
)
READS_EVERY_SECRET = "secretsmanager:GetSecretValue"  # noqa: S105 - an action
LINKED_ROLES = "arn:aws:iam::*:role/aws-service-role/*"
POLICIES_FREE = POLICIES_PER_ROLE


def handed_roles(account: str, deployment: str) -> str:
    """The roles the agent may hand to services it manages: those named for that purpose."""
    return f"arn:aws:iam::{account}:role/{deployment}-managed-*"


def scope_policies(
    permissions: Mapping[str, Iterable[str]], *, account: str, deployment: str
) -> list[dict[str, Any]]:
    """Policies that together allow managing the services in `permissions` (service -> actions).

    Actions are as AWS's schemas name them; names that IAM does not know are corrected. Raises
    WizardError when more policies would be needed than a role takes.
    """
    actions = _wanted(permissions)
    statements: list[dict[str, Any]] = [_statement("CloudControl", CLOUD_CONTROL, "*")]
    if "iam:PassRole" in actions:
        statements.append(
            _statement("HandOverRoles", ["iam:PassRole"], handed_roles(account, deployment))
        )
    if "iam:CreateServiceLinkedRole" in actions:
        statements.append(
            _statement("ServiceLinkedRoles", ["iam:CreateServiceLinkedRole"], LINKED_ROLES)
        )
    actions -= {"iam:PassRole", "iam:CreateServiceLinkedRole"}
    policies = _packed(statements, sorted(actions))
    if len(policies) > POLICIES_FREE:
        raise WizardError(
            f"The chosen services need {len(policies)} managed policies.",
            f"IAM attaches at most {POLICIES_PER_ROLE} to a role.",
            "Choose fewer services, or use your own managed policies.",
            ExitCode.USAGE,
        )
    return policies


def _wanted(permissions: Mapping[str, Iterable[str]]) -> set[str]:
    corrections = json.loads((files("assets") / "iam-corrections.json").read_text("utf-8"))
    wanted: set[str] = set()
    for service, listed in permissions.items():
        for action in [*listed, *corrections["unlisted"].get(service, [])]:
            wanted.update(corrections["renamed"].get(action, [action]))
    if "SecretsManager" not in permissions:
        wanted.discard(READS_EVERY_SECRET)
    passing = {"iam:PassRole", "iam:CreateServiceLinkedRole"}
    return {
        action
        for action in wanted
        if not action.startswith("iam:") or action in IAM_READS | passing
    }


def _statement(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _packed(first: list[dict[str, Any]], actions: list[str]) -> list[dict[str, Any]]:
    policies: list[dict[str, Any]] = []
    statements, chosen = first, list[str]()
    for action in actions:
        if _size(_policy(statements, [*chosen, action])) > POLICY_LIMIT:
            policies.append(_policy(statements, chosen))
            statements, chosen = [], []
        chosen.append(action)
    policies.append(_policy(statements, chosen))
    return policies


def _policy(statements: list[dict[str, Any]], actions: list[str]) -> dict[str, Any]:
    managed = [_statement("Manage", actions, "*")] if actions else []
    return {"Version": "2012-10-17", "Statement": [*statements, *managed]}


def _size(policy: dict[str, Any]) -> int:
    return len(json.dumps(policy, separators=(",", ":")))
