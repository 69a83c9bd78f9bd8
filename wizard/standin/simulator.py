"""IAM's policy simulator: what a user or role may do by its own policies, one call at a time."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from wizard.standin import policies
from wizard.standin.bridge import Moto
from wizard.standin.call import AwsError, Call
from wizard.standin.roles import documents_of
from wizard.standin.world import Operation, World

THE_PERSON = ":user/moto"
"""Whom moto takes for the owner of keys it did not make; may do everything."""
ADMINISTRATOR = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
NEGATIVE = "StringNot"


class Simulator:
    """SimulatePrincipalPolicy over moto's IAM."""

    def __init__(self, world: World) -> None:
        self._moto: Moto = world.moto

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"SimulatePrincipalPolicy": self._simulate}

    def _simulate(self, call: Call) -> dict[str, Any]:
        documents = list(self._documents(call.params["PolicySourceArn"]))
        context = {
            entry["ContextKeyName"].lower(): entry["ContextKeyValues"]
            for entry in call.params.get("ContextEntries") or []
        }
        return {
            "EvaluationResults": [
                _result(documents, action, resource, context)
                for action in call.params["ActionNames"]
                for resource in call.params.get("ResourceArns") or ["*"]
            ],
            "IsTruncated": False,
        }

    def _documents(self, arn: str) -> Iterator[str]:
        iam = self._moto.backend("iam", "")
        if arn.endswith(THE_PERSON):
            yield ADMINISTRATOR
            return
        for holder in (*iam.get_roles(), *iam.users.values()):
            if holder.arn == arn:
                groups = iam.get_groups_for_user(holder.name) if ":user/" in arn else []
                for each in (holder, *groups):
                    yield from documents_of(each)
                return
        raise AwsError("NoSuchEntity", f"The entity {arn} cannot be found.", 404)


def _result(
    documents: list[str], action: str, resource: str, context: dict[str, list[str]]
) -> dict[str, Any]:
    missing: set[str] = set()
    effects = {
        statement["Effect"]
        for document in documents
        for statement in policies.statements(document)
        if policies.concerns(statement, action, resource) and _met(statement, context, missing)
    }
    decision = "implicitDeny"
    if effects:
        decision = "explicitDeny" if "Deny" in effects else "allowed"
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision,
        "MissingContextValues": sorted(missing) if resource == "*" else [],
        "ResourceSpecificResults": []
        if resource == "*"
        else [
            {
                "EvalResourceName": resource,
                "EvalResourceDecision": decision,
                "MissingContextValues": sorted(missing),
            }
        ],
    }


def _met(statement: Any, context: dict[str, list[str]], missing: set[str]) -> bool:
    """Whether all of the statement's conditions hold; a key nobody gave is noted."""
    held = [
        _holds(operator, context.get(key.lower()), wanted, key, missing)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    ]
    return all(held)


def _holds(operator: str, have: list[str] | None, wanted: Any, key: str, missing: set[str]) -> bool:
    negative = operator.startswith(NEGATIVE)
    if have is None:
        missing.add(key)
        return negative
    patterns = wanted if isinstance(wanted, list) else [wanted]
    found = any(fnmatchcase(value, pattern) for value in have for pattern in patterns)
    return found != negative
