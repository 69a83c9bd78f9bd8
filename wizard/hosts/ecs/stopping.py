"""The agent stopped, and everything else kept: a service without a task; and started again."""

from __future__ import annotations

from wizard.base.values import Found, Value
from wizard.hosts.ecs.cluster import tags_of
from wizard.hosts.ecs.progress import find
from wizard.plan.model import Call, Expectation, LookOnly, Lookup, Output, Poll, Section, Step
from wizard.plan.resources.common import Site, owned

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
