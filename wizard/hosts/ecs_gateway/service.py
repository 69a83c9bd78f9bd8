"""The task definition and the service with its address and one task, deployed again on request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import Found, JsonText, Ref, Value
from wizard.documents.document import Document
from wizard.hosts.ecs.bill import charges
from wizard.hosts.ecs.cluster import recorded, tagged_in_ecs, tags_of
from wizard.hosts.ecs.progress import deployment, find
from wizard.hosts.ecs.view import NO_DEFINITION, compared, kept, theirs
from wizard.hosts.ecs_gateway.request import SERVICE_TYPE, TASK_DEFINITION_TYPE
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    LinkedRole,
    LookOnly,
    Lookup,
    Output,
    Poll,
    Refusal,
    Report,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned, tags_of_others

ROUTE_GONE = frozenset({"ResourceNotFoundException", "GatewayNotFoundException"})

DEPLOYS_ANEW = "ECS stops the agent and starts it again: no agent answers for a minute or two."

CONTAINER = "taskDefinition.containerDefinitions[0]"

SETTINGS = (
    "deploymentConfiguration",
    "availabilityZoneRebalancing",
    "healthCheckGracePeriodSeconds",
)
"""Of what a service is made with, what is compared with one that is there."""

COMPARED = ("image", "command", "environment", "secrets")


def task_definition(site: Site, document: Document) -> Step:
    """What the agent's task is, as in the request; another one is a new revision."""
    name, params = site.names.service, params_of(document)
    wanted = TASK_DEFINITION_TYPE.wanted(
        TASK_DEFINITION_TYPE.from_request(params),
        *_compared(params),
        *tagged_in_ecs(site, name, "taskDefinition.taskDefinitionArn"),
    )
    return Step(
        id="task-definition",
        section=Section.SERVICE,
        title="Task definition",
        why="What ECS starts: formae's image, its size, its roles and its config.",
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
            tags_of("taskDefinition.taskDefinitionArn"),
        ),
        **wanted,
        theirs=theirs(params["containerDefinitions"][0], CONTAINER),
        owned=owned("Tags"),
        after=frozenset({"execution-role-policy", "execution-role-inline", "log-group"}),
        outputs={
            "arn": Output(
                "taskDefinition.taskDefinitionArn",
                site.likely_arn("ecs", f"task-definition/{name}:1"),
            )
        },
        delete=(
            Call(
                service="ecs",
                operation="DeregisterTaskDefinition",
                params={"taskDefinition": Found("taskDefinition.taskDefinitionArn")},
            ),
        ),
        delete_spec=DeleteSpec(
            gone="taskDefinition.status!='ACTIVE'", status="taskDefinition.status"
        ),
        page=Page(path="ecs/v2/task-definitions/{name}?region={region}", parts={"name": name}),
        anywhere=frozenset({"ecs:DescribeTaskDefinition"}),
    )


def params_of(document: Document) -> dict[str, Any]:
    """The parameters in a request of ours."""
    assert isinstance(document.body, JsonText)  # noqa: S101 - made by request.requests
    assert isinstance(document.body.value, dict)  # noqa: S101
    return document.body.value


def _compared(params: Mapping[str, Any]) -> tuple[Expectation, Expectation]:
    whole = ("cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn", "runtimePlatform")
    (container,) = params["containerDefinitions"]
    (port,) = container["portMappings"]
    picks, members = compared({name: container[name] for name in COMPARED})
    picked = ", ".join(f"{name}: {path}" for name, path in picks.items())
    whole_task = {**params, "containerDefinitions": [kept(container, CONTAINER)]}
    make = Call(service="ecs", operation="RegisterTaskDefinition", params=whole_task)
    effect = f"A new revision is created; the service moves to it. {DEPLOYS_ANEW}"
    return (
        Expectation(
            what="the task's size and roles",
            path="taskDefinition",
            want={name: params[name] for name in whole},
            update=make,
            reading="subset",
            effect=effect,
        ),
        Expectation(
            what="the agent's container",
            path=f"{CONTAINER}.{{{picked}, port: portMappings[0], logs: logConfiguration}}",
            want={**members, "port": port, "logs": container["logConfiguration"]},
            update=make,
            reading="subset",
            effect=effect,
        ),
    )


def _routes(name: str) -> Call:
    return Call(
        service="ecs",
        operation="ListGatewayRoutes",
        params={"service": name, "cluster": name},
    )


def _route(name: str) -> tuple[Lookup, Lookup]:
    """The route of the service, and what the gateway tells of it."""
    return (
        Lookup(call=_routes(name), pick="gatewayRoutes[0]", into="Route", absent=ROUTE_GONE),
        Lookup(
            call=Call(
                service="ecs",
                operation="DescribeGatewayRoute",
                params={"gatewayRouteArn": Found("Route.gatewayRouteArn")},
            ),
            pick="gatewayRoute",
            into="Address",
            absent=ROUTE_GONE,
        ),
    )


def _route_made(name: str) -> Poll:
    """Wait for the route, with its load balancer and certificate."""
    return Poll(
        call=_routes(name),
        path="gatewayRoutes[0].status",
        until=frozenset({"ACTIVE"}),
        fail=frozenset({"CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED"}),
        every=5,
        limit=1800,
        autopsy=Report(
            call=Call(service="ecs", operation="DescribeGateway", params={"gateway": name}),
            lines="gateway.failures[-1].errors[].{id: code, text: message}",
        ),
    )


def address(site: Site, document: Document) -> Step:
    """The service without a task: its address comes into being while the database is made."""
    name = site.names.service
    return Step(
        id="address",
        section=Section.SERVICE,
        title="ECS service and its address",
        why="The service starts without a task, so that its load balancer and certificate are "
        "created at the same time as the database.",
        lookups=(
            find(name, "status!='INACTIVE'"),
            Lookup(call=_routes(name), pick="gatewayRoutes[0]", into="Route"),
            tags_of("serviceArn"),
        ),
        **SERVICE_TYPE.wanted(
            SERVICE_TYPE.from_request(params_of(document)),
            *tagged_in_ecs(site, name, "serviceArn"),
            recorded(site),
        ),
        theirs=(tags_of_others(site, name),),
        owned=owned("Tags"),
        refusals=(
            Refusal(
                "resourceManagementType=='ECS'",
                f"The service {name} is one of ECS Express Mode, which no gateway of yours serves.",
                "Choose another name for the deployment (--name).",
            ),
        ),
        broken="status=='DRAINING' || Route.status=='CREATE_FAILED'",
        wait=_route_made(name),
        delete=(
            Call(
                service="ecs",
                operation="DeleteService",
                params={"cluster": name, "service": name, "force": True},
            ),
        ),
        delete_spec=DeleteSpec(busy="status=='DRAINING'", status="status", limit=2700),
        retry=Retry(
            pattern="^InvalidParameterException: Unable to assume the service|"
            "^InvalidParameterException: Unable to Start a service",
            say="waiting for ECS's own role to be known everywhere, or for an earlier service of "
            "that name to go",
            every=5,
            limit=900,
            expected=True,
        ),
        after=frozenset({"gateway-association"}),
        outputs={"arn": Output("serviceArn", site.likely_arn("ecs", f"service/{name}/{name}"))},
        usual=(180, 420),
        linked_role=LinkedRole("elasticloadbalancing", "AWSServiceRoleForElasticLoadBalancing"),
    )


def _update(name: str, settings: Mapping[str, Value]) -> Call:
    return Call(
        service="ecs",
        operation="UpdateService",
        params={"cluster": name, "service": name, **settings, "forceNewDeployment": True},
    )


def service(site: Site, document: Document, after: Iterable[str]) -> Step:
    """The service with the one task that is the agent."""
    name, given = site.names.service, params_of(document)
    params: dict[str, Value] = {
        "taskDefinition": Ref("task-definition", "arn"),
        "desiredCount": 1,
        **{member: given[member] for member in SETTINGS},
    }
    update = _update(name, params)
    return replace(
        service_there(name),
        why="Exactly one agent: a deployment stops the old one before it starts the new one. It is "
        "healthy only after it has read its config and reached its database.",
        make=update,
        fits=(
            Expectation(
                what="the service's settings",
                path="@",
                want=params,
                update=update,
                reading="subset",
                effect=DEPLOYS_ANEW,
            ),
        ),
        after=frozenset({"address", "database", *after}),
        outputs={
            "arn": Output("serviceArn", site.likely_arn("ecs", f"service/{name}/{name}")),
            "url": Output(
                "Address.serviceUrl", f"https://<id>.{site.answers.region}.{site.offer.domain}"
            ),
        },
        delete=(
            Call(
                service="ecs",
                operation="UpdateService",
                params={"cluster": name, "service": name, "desiredCount": 0},
            ),
        ),
        usual=(90, 240),
        charges=charges(site.answers),
    )


def service_there(name: str) -> Step:
    """The service of that name, which must be there; its changes are judged by the deployment."""
    return Step(
        id="service",
        section=Section.SERVICE,
        title="ECS service",
        why="Runs the agent behind HTTPS.",
        lookups=(find(name, "status=='ACTIVE' && desiredCount > `0`"), *_route(name)),
        make=LookOnly(f"There is no service {name} that runs an agent."),
        wait=deployment(name),
        part_of="address",
        page=Page(
            path="ecs/v2/clusters/{name}/services/{name}/health?region={region}",
            parts={"name": name},
        ),
    )


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
