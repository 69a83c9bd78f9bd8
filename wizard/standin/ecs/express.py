"""Express Mode: services for which ECS itself makes task definition, balancer and canary."""

from __future__ import annotations

import copy
from typing import Any
from uuid import uuid4

from wizard.standin.call import AwsError, Call
from wizard.standin.ecs import express_shapes, rules
from wizard.standin.ecs.definitions import Definitions, Regions
from wizard.standin.ecs.machine import Machine
from wizard.standin.ecs.model import (
    Gateway,
    Revision,
    Service,
    TaskDefinition,
    new_id,
    tag_map,
)
from wizard.standin.ecs.routes import Routes
from wizard.standin.world import Operation, World

CANARY = {
    "strategy": "CANARY",
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
    "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 3},
    "bakeTimeInMinutes": 3,
}
"""How every Express service is deployed; nobody can choose another way."""
CONTAINER, PORT_NAME = "Main", "main"
DEFAULTS = {
    "cpu": "256",
    "memory": "512",
    "cpuArchitecture": "X86_64",
    "healthCheckPath": "/ping",
}
SCALING = {"minTaskCount": 1, "maxTaskCount": 20, "autoScalingMetric": "AVERAGE_CPU"}
OWN = ("primaryContainer", "executionRoleArn", "taskRoleArn", "cpu", "memory", "cpuArchitecture")
"""What a task definition of the caller's takes the place of."""


class Express:
    """All about Express services."""

    def __init__(
        self,
        world: World,
        of: Regions,
        definitions: Definitions,
        machine: Machine,
        routes: Routes,
    ) -> None:
        self._world = world
        self._of = of
        self._definitions = definitions
        self._machine = machine
        self._routes = routes

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateExpressGatewayService": self._create,
            "DescribeExpressGatewayService": self._describe,
            "UpdateExpressGatewayService": self._update,
            "DeleteExpressGatewayService": self._delete,
            "DescribeServiceRevisions": self._revisions,
        }

    def _create(self, call: Call) -> dict[str, Any]:
        params = copy.deepcopy(call.params)
        cluster = self._definitions.cluster(call)
        name = params.get("serviceName") or f"express-{uuid4().hex[:8]}"
        for each in self._of(call).services:
            if each.cluster is cluster and each.name == name and each.status != "INACTIVE":
                state = "still Draining" if each.status == "DRAINING" else "there already"
                raise rules.refuse(f"Unable to Start a service that is {state}.")
        rules.demand_linked_role(self._world, *rules.EXPRESS_PRINCIPALS)
        infrastructure = params["infrastructureRoleArn"]
        if not rules.assumable(self._world, infrastructure, rules.PRINCIPAL):
            raise rules.refuse(f"Unable to assume the infrastructure role {infrastructure}.")
        params["networkConfiguration"] = self._network(call, params)
        params = {**DEFAULTS, **params, "scalingTarget": _scaling(params.get("scalingTarget"))}
        service = Service(
            arn=self._world.arn("ecs", call.region, f"service/{cluster.name}/{name}"),
            name=name,
            cluster=cluster,
            region=call.region,
            desired=params["scalingTarget"]["minTaskCount"],
            settings={},
            created=self._world.clock.now(),
            tags=tag_map(params.pop("tags", None)),
            express=params,
        )
        self._deploy(call, service)
        self._routes.begin(service, self._balancer(call, params), self._port(service))
        known = self._of(call).services
        known[:] = [it for it in known if it.arn != service.arn]
        known.append(service)
        return {"service": express_shapes.service(service)}

    def _network(self, call: Call, params: dict[str, Any]) -> dict[str, Any]:
        given = params.get("networkConfiguration") or {}
        subnets = given.get("subnets") or rules.default_subnets(self._world, call.region)
        if not subnets:
            raise rules.refuse("No default VPC or subnets found.")
        rules.vpc_of(self._world, call.region, subnets, given.get("securityGroups") or [])
        rules.demand_room(self._world, call.region, subnets)
        return {**given, "subnets": subnets}

    def _balancer(self, call: Call, params: dict[str, Any]) -> Gateway:
        """The one of the VPC, which its Express services share."""
        subnets = params["networkConfiguration"]["subnets"]
        vpc = rules.vpc_of(self._world, call.region, subnets, [])
        now = self._world.clock.now()
        found = Gateway(
            arn="",
            name="express",
            vpc=vpc,
            params={
                "infrastructureRoleArn": params["infrastructureRoleArn"],
                "configuration": {
                    "hostSharedAlb": {
                        "scheme": self._scheme(call, subnets),
                        "networkConfiguration": {"subnets": subnets},
                    }
                },
            },
            created=now,
            updated=now,
        )
        return self._of(call).balancers.setdefault(f"{vpc} {found.internal}", found)

    def _scheme(self, call: Call, subnets: list[str]) -> str:
        """By the route tables: nothing in the request says it."""
        public = rules.public(self._world, call.region, subnets)
        return "internet-facing" if public else "internal"

    def _definition(self, call: Call, service: Service) -> TaskDefinition:
        given = service.express or {}
        if arn := given.get("taskDefinitionArn"):
            if both := [each for each in OWN if call.params.get(each)]:
                raise rules.refuse(f"taskDefinitionArn cannot be given together with {both[0]}.")
            return self._definitions.definition(call, arn)
        if not given.get("primaryContainer") or not given.get("executionRoleArn"):
            raise rules.refuse("primaryContainer and executionRoleArn are required.")
        primary = dict(given["primaryContainer"])
        logs = primary.pop("awsLogsConfiguration", None)
        options = logs and {
            "awslogs-group": logs["logGroup"],
            "awslogs-stream-prefix": logs["logStreamPrefix"],
        }
        port = primary.pop("containerPort", 80)
        container = {
            **primary,
            "name": CONTAINER,
            "essential": True,
            "portMappings": [{"containerPort": port, "name": PORT_NAME, "protocol": "tcp"}],
            **({"logConfiguration": {"logDriver": "awslogs", "options": options}} if logs else {}),
        }
        wanted: dict[str, Any] = {
            "family": f"{service.cluster.name}-{service.name}",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {
                "cpuArchitecture": given["cpuArchitecture"],
                "operatingSystemFamily": "LINUX",
            },
            "containerDefinitions": [container],
            **{
                key: given[key]
                for key in ("cpu", "memory", "executionRoleArn", "taskRoleArn")
                if key in given
            },
        }
        return self._definitions.register(call, wanted)

    def _port(self, service: Service) -> str:
        containers = service.revision.definition.params["containerDefinitions"]
        found = [each for each in containers if each["name"] == CONTAINER]
        ports = found[0].get("portMappings") or [] if found else []
        if len(ports) != 1 or not ports[0].get("name"):
            raise AwsError(
                "PlatformTaskDefinitionIncompatibilityException",
                f"The task definition needs a container {CONTAINER} with exactly one named port.",
            )
        return str(ports[0]["name"])

    def _deploy(self, call: Call, service: Service) -> None:
        given = service.express or {}
        definition = self._definition(call, service)
        network = given["networkConfiguration"]
        connector = {
            "portName": definition.params["containerDefinitions"][0]["portMappings"][0]["name"],
            "healthCheck": {"healthCheckPath": given["healthCheckPath"]},
            "deregistrationDelay": {"timeoutSeconds": 5},
        }
        public = rules.public(self._world, call.region, network["subnets"])
        addressed = {**network, "assignPublicIp": "ENABLED" if public else "DISABLED"}
        config = {
            "networkConfiguration": {"awsvpcConfiguration": addressed},
            "gatewayConnectors": [connector],
            "express": copy.deepcopy(given),
        }
        name = f"service-revision/{service.cluster.name}/{service.name}/{new_id()}"
        revision = Revision(
            arn=self._world.arn("ecs", call.region, name),
            definition=definition,
            config=config,
            created=self._world.clock.now(),
        )
        settings = {
            "launchType": "FARGATE",
            "deploymentConfiguration": CANARY,
            "healthCheckGracePeriodSeconds": 300,
            "availabilityZoneRebalancing": "ENABLED",
        }
        self._machine.deploy(service, settings, revision)

    def _describe(self, call: Call) -> dict[str, Any]:
        found = self._find(call, "ResourceNotFoundException", gone=True)
        tags = "TAGS" in (call.params.get("include") or [])
        return {"service": express_shapes.service(found, tags=tags)}

    def _update(self, call: Call) -> dict[str, Any]:
        service = self._find(call, "ServiceNotFoundException")
        if service.status != "ACTIVE":
            raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
        before = service.revision.config["express"]
        given = {key: value for key, value in call.params.items() if key != "serviceArn"}
        after = {**before, **copy.deepcopy(given)}
        after["scalingTarget"] = _scaling(after.get("scalingTarget"))
        after["networkConfiguration"] = self._network(call, after)
        service.express, service.desired = after, after["scalingTarget"]["minTaskCount"]
        try:
            self._deploy(call, service)
        except AwsError:
            service.express = before
            raise
        return {"service": express_shapes.updated(service)}

    def _delete(self, call: Call) -> dict[str, Any]:
        service = self._find(call, "ServiceNotFoundException")
        if service.status != "ACTIVE":
            raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
        service.status, service.desired = "DRAINING", 0
        self._routes.leave(service)
        return {"service": express_shapes.service(service)}

    def _revisions(self, call: Call) -> dict[str, Any]:
        known = {
            each.revision.arn: (service, each.revision)
            for service in self._of(call).services
            for each in service.deployments
        }
        wanted = call.params["serviceRevisionArns"]
        return {
            "serviceRevisions": [
                express_shapes.revision(*known[it]) for it in wanted if it in known
            ],
            "failures": [{"arn": it, "reason": "MISSING"} for it in wanted if it not in known],
        }

    def _find(self, call: Call, code: str, *, gone: bool = False) -> Service:
        arn = call.params["serviceArn"]
        for each in self._of(call).services:
            if each.arn == arn and each.express and (gone or each.status != "INACTIVE"):
                return each
        raise AwsError(code, f"Service not found: {arn}.")


def _scaling(given: dict[str, Any] | None) -> dict[str, Any]:
    found = {**SCALING, "autoScalingTargetValue": 60, **(given or {})}
    if not 1 <= found["minTaskCount"] <= found["maxTaskCount"]:
        raise rules.refuse("minTaskCount must be between 1 and maxTaskCount.")
    return found
