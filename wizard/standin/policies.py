"""Whether IAM policies allow an action: Action, NotAction, Resource, wildcards, Deny before Allow.

Statements with a Condition are left out: they neither allow nor deny here.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any


def allows(documents: Iterable[str], action: str, resource: str) -> bool:
    """Whether the policies together let somebody do `action` on `resource`."""
    effects = {
        statement["Effect"]
        for document in documents
        for statement in statements(document)
        if "Condition" not in statement and concerns(statement, action, resource)
    }
    return "Allow" in effects and "Deny" not in effects


def trusts(document: str, service: str) -> bool:
    """Whether a trust policy lets an AWS service assume the role."""
    for statement in statements(document):
        principal = statement.get("Principal", {})
        services = _list(principal.get("Service")) if isinstance(principal, dict) else []
        actions = _list(statement.get("Action"))
        if statement["Effect"] == "Allow" and service in services and "sts:AssumeRole" in actions:
            return True
    return False


def trust(service: str) -> str:
    """The trust policy of a role that an AWS service may assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": [service]},
        "Action": ["sts:AssumeRole"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@lru_cache(maxsize=64)
def statements(document: str) -> list[dict[str, Any]]:
    """A policy's statements, to be read only; AWS takes a single one without a list, too."""
    return _list(json.loads(document).get("Statement"))


def concerns(statement: dict[str, Any], action: str, resource: str) -> bool:
    """Whether a statement is about the action and the resource, its conditions aside."""
    if "NotAction" in statement:
        acts = not _any(statement["NotAction"], action.lower(), lower=True)
    else:
        acts = _any(statement.get("Action"), action.lower(), lower=True)
    if "NotResource" in statement:
        return acts and not _any(statement["NotResource"], resource)
    return acts and _any(statement.get("Resource"), resource)


def _any(patterns: Any, value: str, *, lower: bool = False) -> bool:
    texts = (pattern.lower() if lower else pattern for pattern in _list(patterns))
    return any(_compiled(text).fullmatch(value) for text in texts)


@lru_cache(maxsize=16384)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
