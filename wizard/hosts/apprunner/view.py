"""What App Runner tells of its services, by read calls: the list of them, and one as a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.world import AwsCall

STOPPED = frozenset({"PAUSED", "CREATE_FAILED", "DELETE_FAILED"})
"""States in which no agent runs, nor will."""


def services(call: AwsCall) -> list[Listed]:
    """Every service of the region that is not deleted. Raises AwsError."""
    found = call("apprunner", "ListServices", {})["ServiceSummaryList"]
    listed = (
        Listed(
            each["ServiceName"],
            each["ServiceArn"],
            str(each.get("Status", "")),
            each.get("Status") not in STOPPED,
            str(each.get("CreatedAt", "")),
        )
        for each in found
    )
    return [each for each in listed if each.status != "DELETED"]


def tags(call: AwsCall, arn: str) -> dict[str, str]:
    """The service's tags; none where it is gone and `call` answers None. Raises AwsError."""
    found = call("apprunner", "ListTagsForResource", {"ResourceArn": arn}) or {}
    return {each["Key"]: each.get("Value", "") for each in found.get("Tags") or []}


def described(call: AwsCall, arn: str) -> ServiceView | None:
    """One service; None where it is gone and `call` answers None. Raises AwsError."""
    found = call("apprunner", "DescribeService", {"ServiceArn": arn})
    return view(found["Service"]) if found else None


def operations(call: AwsCall, arn: str) -> tuple[Operation, ...]:
    """The service's operations, the newest first; none where it is gone. Raises AwsError."""
    found = call("apprunner", "ListOperations", {"ServiceArn": arn}) or {}
    return tuple(
        Operation(
            type=str(each.get("Type", "")),
            status=str(each.get("Status", "")),
            started=str(each.get("StartedAt", "")),
            ended=str(each.get("EndedAt", "")),
        )
        for each in found.get("OperationSummaryList", [])
    )


def view(found: Mapping[str, Any]) -> ServiceView:
    """The view of a service that DescribeService told."""
    source = found.get("SourceConfiguration", {})
    image = source.get("ImageRepository", {})
    settings = image.get("ImageConfiguration", {})
    size = found.get("InstanceConfiguration", {})
    url = found.get("ServiceUrl", "")
    return ServiceView(
        arn=str(found.get("ServiceArn", "")),
        status=str(found.get("Status", "")),
        running=found.get("Status") == "RUNNING",
        url=f"https://{url}" if url else "",
        image=str(image.get("ImageIdentifier", "")),
        cpu=str(size.get("Cpu", "")),
        memory=str(size.get("Memory", "")),
        created=str(found.get("CreatedAt", "")),
        updated=str(found.get("UpdatedAt", "")),
        env=settings.get("RuntimeEnvironmentVariables") or {},
        secrets=settings.get("RuntimeEnvironmentSecrets") or {},
        source=source,
    )
