"""Rules for a trust policy: who may take on a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.documents.statements import statements_of

LIMIT = 2048
"""Characters, white space not counted, before a quota increase."""


def trust_problem(text: str, original: str) -> str | None:
    """What is wrong with a trust policy that shall stand for `original`; None where it will do."""
    statements = statements_of(text)
    if not statements:
        return "A trust policy is a JSON object with “Version” and a list “Statement”."
    for number, statement in enumerate(statements, 1):
        wrong = _statement(statement)
        if wrong:
            return f"Statement {number} of the policy {wrong}"
    lost = _services(original) - _services(text)
    if lost:
        return f"{', '.join(sorted(lost))} could no longer take on the role, and needs to."
    size = len("".join(text.split()))
    if size > LIMIT:
        return f"The policy has {size} characters without white space; IAM takes {LIMIT}."
    return None


def _statement(statement: Mapping[str, Any]) -> str | None:
    if statement.get("Effect") not in {"Allow", "Deny"}:
        return "needs an “Effect” of “Allow” or “Deny”."
    if not {"Principal", "NotPrincipal"} & statement.keys():
        return "names no “Principal”: who it is about."
    if not {"Action", "NotAction"} & statement.keys():
        return "names no “Action”; to take on a role is sts:AssumeRole."
    if {"Resource", "NotResource"} & statement.keys():
        return "names a “Resource”; in a trust policy that is always the role itself."
    return None


def _services(text: str) -> set[str]:
    """AWS services that may take on the role."""
    found: set[str] = set()
    for statement in statements_of(text):
        principal = statement.get("Principal")
        if statement.get("Effect") != "Allow" or not isinstance(principal, dict):
            continue
        named = principal.get("Service", [])
        found.update([named] if isinstance(named, str) else map(str, named))
    return found
