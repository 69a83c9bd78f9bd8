"""A service's deployment: found, waited for, why it ended badly; stopped and started again."""

from __future__ import annotations

from wizard.base.values import Found, Value
from wizard.hosts.ecs.cluster import NO_CLUSTER, tags_of
from wizard.hosts.ecs.logs import group_of
from wizard.plan.model import (
    Call,
    Expectation,
    LookOnly,
    Lookup,
    Output,
    Poll,
    Report,
    Section,
    Step,
)
from wizard.plan.resources.common import Site, owned

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


MOST = 99
"""Tasks that one call describes."""


def stopped(site: Site) -> Step:
    """The service called as its cluster, with no task; its load balancer and its address stay."""
    name = site.names.service
    both = {"cluster": name, "service": name}
    return Step(
        id="stopped",
        section=Section.SERVICE,
        title="ECS service",
        why="No task runs.",
        make=LookOnly(""),
        lookups=(
            find(name, "status=='ACTIVE'"),
            tags_of("serviceArn"),
            _tasks(name, "RUNNING", "Running"),
            _tasks(name, "STOPPED", "Stopping"),
        ),
        fits=(
            Expectation(
                what="the agent's tasks",
                path="desiredCount",
                want=0,
                update=Call(
                    service="ecs", operation="UpdateService", params={**both, "desiredCount": 0}
                ),
                doing="stopping it",
            ),
        ),
        wait=_scaled_down(name),
        owned=owned("Tags"),
        outputs={"arn": Output("serviceArn", site.likely_arn("ecs", f"service/{name}/{name}"))},
        usual=(20, 120),
    )


def started(name: str) -> Expectation:
    """The service found has its task again, where somebody or a move to another host took it."""
    params: dict[str, Value] = {"cluster": name, "service": name, "desiredCount": 1}
    return Expectation(
        what="whether its task runs",
        path="desiredCount > `0`",
        want=True,
        update=Call(service="ecs", operation="UpdateService", params=params),
        effect="ECS starts the agent, which takes a minute or two.",
    )


def _tasks(name: str, wanted: str, into: str) -> Lookup:
    """Tasks that are to be in that state, whether or not they are yet."""
    params = {"cluster": name, "serviceName": name, "desiredStatus": wanted}
    call = Call(service="ecs", operation="ListTasks", params=params)
    return Lookup(call=call, pick="taskArns", into=into)


def _scaled_down(name: str) -> Poll:
    some = "runningCount > `0` || pendingCount > `0`"
    counts = f"desiredCount > `0` && 'RUNNING' || ({some}) && 'STOPPING'"
    return Poll(
        call=Call(
            service="ecs",
            operation="DescribeServices",
            params={"cluster": name, "services": [name]},
        ),
        path=f"services[0].[{counts} || 'STOPPED'] | [0]",
        until=frozenset({"STOPPED"}),
        fail=frozenset({"RUNNING"}),
        every=5,
        limit=900,
        then=_ended(name),
    )


def _ended(name: str) -> Poll:
    """A task that is no longer counted may still run: its container has some time to end."""
    none = "InvalidParameterException"  # of no task at all nothing can be described
    return Poll(
        call=Call(
            service="ecs",
            operation="DescribeTasks",
            params={"cluster": name, "tasks": Found(f"[Running, Stopping][] | [:{MOST}][]")},
        ),
        path="tasks[?lastStatus!='STOPPED'].lastStatus | [0] || 'STOPPED'",
        until=frozenset({"STOPPED", none}),
        fail=frozenset({"PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"}),
        every=5,
        limit=900,
        tolerate=frozenset({none}),
    )
