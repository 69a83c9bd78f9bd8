"""The agent deployed anew with another environment variable, as it is otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Ref, Value
from wizard.hosts.ecs.revisions import NO_DEFINITION
from wizard.hosts.ecs_gateway.service import (
    CONTAINER,
    DEPLOYS_ANEW,
    service_there,
)
from wizard.plan.model import Call, Expectation, LookOnly, Lookup, Output, Section, Step

REGISTERED = (
    *("family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions"),
    *("volumes", "placementConstraints", "requiresCompatibilities", "cpu", "memory", "pidMode"),
    *("ipcMode", "proxyConfiguration", "ephemeralStorage", "runtimePlatform"),
)
"""What a new revision takes over from the one before."""


def redeployed(names: Names, now: Mapping[str, Any], variable: Mapping[str, Value]) -> list[Step]:
    """A new revision of the task definition `now`, and the service with it."""
    return [_revision(names.service, now, variable), _service(names.service)]


def _revision(name: str, now: Mapping[str, Any], variable: Mapping[str, Value]) -> Step:
    first, *others = now["containerDefinitions"]
    known = {each["name"]: each["value"] for each in first.get("environment") or []}
    environment = [{"name": key, "value": value} for key, value in {**known, **variable}.items()]
    params = {
        **{key: now[key] for key in REGISTERED if key in now},
        "containerDefinitions": [{**first, "environment": environment}, *others],
        "tags": [{"key": "app", "value": "formae-agent"}, {"key": "Name", "value": name}],
    }
    return Step(
        id="task-definition",
        section=Section.SERVICE,
        title="Task definition",
        why="A new revision with the fingerprint of the new config; everything else stays.",
        lookups=(
            Lookup(
                call=Call(
                    service="ecs",
                    operation="DescribeTaskDefinition",
                    params={"taskDefinition": name},
                ),
                pick="@",
                absent=NO_DEFINITION,
            ),
        ),
        make=LookOnly(f"There is no task definition {name}."),
        fits=(
            Expectation(
                what="the config the service was deployed with",
                path=f"{CONTAINER}.environment",
                want=environment,
                update=Call(service="ecs", operation="RegisterTaskDefinition", params=params),
            ),
        ),
        outputs={"arn": Output("taskDefinition.taskDefinitionArn", name)},
        after=frozenset({"config-secret"}),
    )


def _service(name: str) -> Step:
    definition = Ref("task-definition", "arn")
    return replace(
        service_there(name),
        title="The agent is deployed again",
        part_of="",
        why="ECS stops the agent and starts it with the new config. Where it does not become "
        "healthy the old one comes back, and so does the old password.",
        fits=(
            Expectation(
                what="the task definition it runs",
                path="taskDefinition",
                want=definition,
                update=Call(
                    service="ecs",
                    operation="UpdateService",
                    params={
                        "cluster": name,
                        "service": name,
                        "taskDefinition": definition,
                        "forceNewDeployment": True,
                    },
                ),
                effect=DEPLOYS_ANEW,
            ),
        ),
        outputs={"arn": Output("serviceArn", name)},
        usual=(90, 240),
    )
