"""Which IAM actions AWS's resource types need: asked of AWS, with the person's own sign-in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.catalogue import explain
from wizard.plan.world import AwsCall


def needed(call: AwsCall, services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The actions of every public resource type, by service as CloudFormation names it.

    They stand in the types' schemas: what each handler (create, read, update, delete, list) and
    tagging may call. Raises WizardError when CloudFormation cannot be asked.
    """
    try:
        return {service: _of_service(call, service) for service in services}
    except AwsError as error:
        raise explain(error, "Reading the permissions the services need") from None


def _of_service(call: AwsCall, service: str) -> tuple[str, ...]:
    listed = call(
        "cloudformation",
        "ListTypes",
        {
            "Visibility": "PUBLIC",
            "Type": "RESOURCE",
            "Filters": {"Category": "AWS_TYPES", "TypeNamePrefix": f"AWS::{service}::"},
        },
    )
    names = [each["TypeName"] for each in listed["TypeSummaries"]]
    if not names:
        raise WizardError(
            f"AWS has no resource types for {service} in this region.",
            "",
            "Leave that service out, or choose another region.",
        )
    actions = fan_out({name: partial(_of_type, call, name) for name in names})
    return tuple(sorted(set().union(*actions.values())))


def _of_type(call: AwsCall, name: str) -> set[str]:
    described = call("cloudformation", "DescribeType", {"Type": "RESOURCE", "TypeName": name})
    schema = json.loads(described["Schema"])
    tagging = schema.get("tagging")
    parts = [*schema.get("handlers", {}).values(), tagging if isinstance(tagging, dict) else {}]
    return {action for each in parts for action in each.get("permissions", [])}
