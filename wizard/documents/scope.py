"""What the agent may manage, as IAM policies made from AWS's own resource type schemas.

The schemas say which actions each type's handlers need. formae's AWS plugin works through Cloud
Control, which checks those actions against the agent's own role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from wizard.answers.checks import POLICIES_PER_ROLE, POLICY_LIMIT
from wizard.base.errors import ExitCode, WizardError

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
