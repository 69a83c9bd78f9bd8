"""CloudFormation's registry of resource types, as far as permissions go.

`resource_types.json` holds, by type, what its create, read, update, delete and list handlers call,
as positions in one list of IAM actions. A type without handlers is not provisionable.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation

HANDLERS = ("create", "read", "update", "delete", "list")
TAGGING = ("Tag", "Untag", "AddTags", "RemoveTags", "CreateTags", "DeleteTags")
PAGE = 100


class CloudFormation:
    """ListTypes and DescribeType."""

    complete = False

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"ListTypes": list_types, "DescribeType": describe_type}

    def advance(self) -> None:
        """Nothing happens by itself here."""


@cache
def handlers() -> dict[str, dict[str, list[str]]]:
    """The actions of every handler of every type."""
    data = json.loads(Path(__file__).with_name("resource_types.json").read_text())
    actions = [f"{prefix}:{name}" for prefix, names in data["actions"].items() for name in names]
    return {
        name: {
            handler: [actions[position] for position in positions]
            for handler, positions in zip(HANDLERS, rows, strict=False)
            if positions
        }
        for name, rows in data["types"].items()
    }


def list_types(call: Call) -> dict[str, Any]:
    """ListTypes of AWS's own public resource types."""
    params = call.params
    prefix = (params.get("Filters") or {}).get("TypeNamePrefix", "")
    wanted = params.get("ProvisioningType")
    public = params.get("Visibility") == "PUBLIC" and params.get("Type") in {None, "RESOURCE"}
    names = [
        name
        for name in sorted(handlers())
        if public and name.startswith(prefix) and wanted in {None, _provisioning(name)}
    ]
    start, size = int(params.get("NextToken") or 0), params.get("MaxResults") or PAGE
    answer: dict[str, Any] = {
        "TypeSummaries": [_summary(call.region, name) for name in names[start : start + size]]
    }
    if start + size < len(names):
        answer["NextToken"] = str(start + size)
    return answer


def describe_type(call: Call) -> dict[str, Any]:
    """DescribeType by name or ARN; the schema is cut down to what tells permissions."""
    name = call.params.get("TypeName") or _name_in(call.params.get("Arn") or "")
    if name not in handlers():
        raise AwsError("TypeNotFoundException", f"The type '{name}' cannot be found.", 404)
    return {
        "Arn": _arn(call.region, name),
        "Type": "RESOURCE",
        "TypeName": name,
        "Description": f"Resource schema for {name}",
        "Schema": json.dumps(schema(name)),
        "ProvisioningType": _provisioning(name),
        "DeprecatedStatus": "LIVE",
        "Visibility": "PUBLIC",
    }


def schema(name: str) -> dict[str, Any]:
    """A type's schema: its handlers' permissions, and those its tags need."""
    known = handlers()[name]
    cut: dict[str, Any] = {
        "typeName": name,
        "description": f"Resource schema for {name}",
        "properties": {},
        "additionalProperties": False,
        "primaryIdentifier": ["/properties/Id"],
    }
    if not known:
        return cut
    tagging = sorted(
        {
            action
            for handler in ("create", "update")
            for action in known.get(handler, [])
            if action.partition(":")[2].startswith(TAGGING)
        }
    )
    return cut | {
        "tagging": {"taggable": bool(tagging), "permissions": tagging},
        "handlers": {name: {"permissions": actions} for name, actions in known.items()},
    }


def _provisioning(name: str) -> str:
    known = handlers()[name]
    if not known:
        return "NON_PROVISIONABLE"
    return "FULLY_MUTABLE" if "update" in known else "IMMUTABLE"


def _summary(region: str, name: str) -> dict[str, Any]:
    return {
        "Type": "RESOURCE",
        "TypeName": name,
        "TypeArn": _arn(region, name),
        "Description": f"Resource schema for {name}",
    }


def _arn(region: str, name: str) -> str:
    return f"arn:aws:cloudformation:{region}::type/resource/{name.replace('::', '-')}"


def _name_in(arn: str) -> str:
    return arn.rpartition("/")[2].replace("-", "::")
