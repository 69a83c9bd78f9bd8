"""A service's deployment: how it is found, waited for, and why it ended badly."""

from __future__ import annotations

from wizard.base.values import Found
from wizard.hosts.ecs.cluster import NO_CLUSTER
from wizard.hosts.ecs.logs import group_of
from wizard.plan.model import Call, Lookup, Poll, Report

SUCCEEDED, GIVEN_UP = "SUCCESSFUL", "ROLLBACK_FAILED"
ENDED_BADLY = ("STOPPED", "ROLLBACK_SUCCESSFUL", GIVEN_UP)
"""ECS's words for the ends of a deployment that leave the service as it was, or without a task."""


def find(name: str, status: str) -> Lookup:
    """Finds the service called `name` in the cluster called so, where the JMESPath is true."""
    return Lookup(call=_described(name), pick=f"services[?{status}] | [0]", absent=NO_CLUSTER)


def newest(name: str) -> Call:
    """Lists the service's deployments, the newest first."""
    params = {"cluster": name, "service": name}
    return Call(service="ecs", operation="ListServiceDeployments", params=params)


def deployment(name: str, then: Poll | None = None) -> Poll:
    """Wait until the service's newest deployment has succeeded."""
    last = Call(
        service="logs", operation="FilterLogEvents", params={"logGroupName": group_of(name)}
    )
    events = "reverse(not_null(services[0].events, `[]`))[].{id: id, text: message}"
    return Poll(
        call=newest(name),
        path="serviceDeployments[0].status",
        until=frozenset({SUCCEEDED}),
        fail=frozenset(ENDED_BADLY),
        every=5,
        limit=2700,
        news=Report(call=_described(name), lines=events),
        autopsy=Report(call=last, lines="events[].{id: message, text: message}"),
        causes=(_reasons(name), _stopped_tasks(name)),
        then=then,
    )


def _described(name: str) -> Call:
    params = {"cluster": name, "services": [name]}
    return Call(service="ecs", operation="DescribeServices", params=params)


def _reasons(name: str) -> Report:
    """ECS's own reason, and what made it roll the deployment back: circuit breaker or alarm."""
    breaker = (
        "deploymentCircuitBreaker.status == 'TRIGGERED' && join('', ['the circuit breaker counted "
        "', to_string(deploymentCircuitBreaker.failureCount), ' failed tasks'])"
    )
    alarm = (
        "alarms.triggeredAlarmNames && join('', ['rolled back by the alarm ', "
        "join(', ', alarms.triggeredAlarmNames)])"
    )
    said = f"[rollback.reason || statusReason, {breaker}, {alarm}]"
    return Report(
        look=Lookup(
            call=newest(name), pick="serviceDeployments[:1].serviceDeploymentArn", into="Newest"
        ),
        call=Call(
            service="ecs",
            operation="DescribeServiceDeployments",
            params={"serviceDeploymentArns": Found("Newest[]")},
        ),
        lines=f"serviceDeployments[].{said}[] | [?@].{{id: @, text: @}}",
        says="ECS",
    )


def _stopped_tasks(name: str) -> Report:
    """Why tasks stopped by themselves; those that ECS stopped to make room are no cause."""
    exited = "exitCode != null && join(' ', ['exit code', to_string(exitCode)])"
    own = f"containers[].[reason, {exited}][]"
    said = f"join('; ', [stoppedReason, {own}][] | [?@])"
    tasks = "tasks[?!starts_with(not_null(stoppedReason, ''), 'Scaling activity')]"
    return Report(
        look=Lookup(
            call=Call(
                service="ecs",
                operation="ListTasks",
                params={"cluster": name, "serviceName": name, "desiredStatus": "STOPPED"},
            ),
            pick="taskArns[:100]",
            into="Stopped",
        ),
        call=Call(
            service="ecs",
            operation="DescribeTasks",
            params={"cluster": name, "tasks": Found("Stopped[]")},
        ),
        lines=f"{tasks}.{{id: taskArn, text: {said}}}",
        says="Stopped tasks",
    )
