"""App Runner's answers: what is kept, in the shapes of the model."""

from collections.abc import Sequence
from typing import Any

from wizard.standin.apprunner.model import AppService, Operation, moment
from wizard.standin.apprunner.rules import refuse
from wizard.standin.call import Call

COPIED = (
    "SourceConfiguration",
    "InstanceConfiguration",
    "HealthCheckConfiguration",
    "NetworkConfiguration",
    "EncryptionConfiguration",
    "ObservabilityConfiguration",
)


def service_summary(service: AppService) -> dict[str, Any]:
    """A service as lists show it."""
    return {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceArn": service.arn,
        "ServiceUrl": service.edge.host,
        "CreatedAt": moment(service.created),
        "UpdatedAt": moment(service.updated),
        "Status": service.status.value,
    }


def shown(service: AppService, scaling: dict[str, Any]) -> dict[str, Any]:
    """A service in full."""
    full = service_summary(service) | {"AutoScalingConfigurationSummary": scaling}
    full |= {name: service.config[name] for name in COPIED if name in service.config}
    return full | ({"DeletedAt": moment(service.deleted)} if service.deleted else {})


def operation_summary(service: AppService, operation: Operation) -> dict[str, Any]:
    """An operation as ListOperations shows it."""
    summary = {
        "Id": operation.id,
        "Type": operation.kind.value,
        "Status": operation.status.value,
        "TargetArn": service.arn,
        "StartedAt": moment(operation.started),
        "UpdatedAt": moment(operation.updated),
    }
    return summary | ({"EndedAt": moment(operation.ended)} if operation.ended else {})


def page(call: Call, name: str, items: Sequence[Any], size: int) -> dict[str, Any]:
    """One page of a list; NextToken only where there is more."""
    token = call.params.get("NextToken") or "0"
    if not token.isdigit():
        raise refuse("The provided NextToken is invalid.")
    start, size = int(token), call.params.get("MaxResults") or size
    answer: dict[str, Any] = {name: items[start : start + size]}
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer
