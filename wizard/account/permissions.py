"""Which IAM actions AWS's resource types need: asked of AWS, with the person's own sign-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wizard.failures.errors import AwsError, WizardError
from wizard.failures.problems import explain

AwsCall = Callable[[str, str, Mapping[str, Any]], Any]
AT_ONCE = 8


def needed(call: AwsCall, services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The actions of every public resource type, by service as CloudFormation names it.

    They stand in the types' schemas: what each handler (create, read, update, delete, list) and
    tagging may call. Raises WizardError when CloudFormation cannot be asked.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="schemas") as pool:
        try:
            return {service: _of_service(call, service, pool) for service in services}
        except AwsError as error:
            raise explain(error, "Reading which permissions the services need") from None


def _of_service(call: AwsCall, service: str, pool: ThreadPoolExecutor) -> tuple[str, ...]:
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
            f"AWS knows no resource types of {service} in this region.",
            "",
            "Leave that service out, or choose another region.",
        )
    actions = pool.map(lambda name: list(_of_type(call, name)), names)
    return tuple(sorted({action for each in actions for action in each}))


def _of_type(call: AwsCall, name: str) -> Iterator[str]:
    described = call("cloudformation", "DescribeType", {"Type": "RESOURCE", "TypeName": name})
    schema = json.loads(described["Schema"])
    for handler in schema.get("handlers", {}).values():
        yield from handler.get("permissions", [])
    tagging = schema.get("tagging")
    if isinstance(tagging, dict):
        yield from tagging.get("permissions", [])
