"""Which region a deployment's instance role serves: IAM's roles are the same in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wizard.base.names import Names
from wizard.engine.account.asking import Asking


def permitted_cluster(answer: Mapping[str, Any]) -> str:
    """The ARN of the cluster that a policy, as GetRolePolicy tells it, names; empty for none."""
    document = answer.get("PolicyDocument", {})
    policy = json.loads(document) if isinstance(document, str) else document
    named = (
        arn
        for statement in policy.get("Statement", [])
        for arn in _listed(statement.get("Resource"))
    )
    return next((arn for arn in named if arn.startswith("arn:aws:rds:") and ":cluster:" in arn), "")


def served(asking: Asking, names: Names) -> str:
    """The region whose database the instance role may use; empty where it says none.

    Raises AwsError where it may not be asked.
    """
    role = {"RoleName": names.instance_role, "PolicyName": names.runtime_policy}
    return region_of(permitted_cluster(asking.ask("iam", "GetRolePolicy", role) or {}))


def region_of(arn: str) -> str:
    """The region in an ARN; empty for none."""
    return arn.split(":")[3] if arn else ""


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
