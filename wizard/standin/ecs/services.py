"""Services: made, changed, deleted, and told of with their deployments and tasks."""

from __future__ import annotations

import copy
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.ecs import rules, shapes
from wizard.standin.ecs.definitions import Definitions, Regions
from wizard.standin.ecs.gateways import Gateways
from wizard.standin.ecs.machine import Machine
from wizard.standin.ecs.model import Deployment, Revision, Rollout, Service, new_id, tag_map
from wizard.standin.ecs.routes import Routes, fitting
from wizard.standin.world import Operation, World

DEPLOYING = ("taskDefinition", "networkConfiguration", "gatewayConnectors", "platformVersion")
"""What has to change for a service to be deployed anew."""
ASIDE = ("cluster", "service", "serviceName", "clientToken", "tags", "desiredCount")


class Services:
    """All about services."""

    def __init__(
        self,
        world: World,
        of: Regions,
        definitions: Definitions,
        gateways: Gateways,
        machine: Machine,
        routes: Routes,
    ) -> None:
        self._world = world
        self._of = of
        self._definitions = definitions
        self._gateways = gateways
        self._machine = machine
        self._routes = routes

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateService": self._create,
            "UpdateService": self._update,
            "DeleteService": self._delete,
            "DescribeServices": self._describe,
            "ListServices": self._list,
            "ListServiceDeployments": self._deployments,
            "DescribeServiceDeployments": self._describe_deployments,
            "StopServiceDeployment": self._stop_deployment,
            "ListTasks": self._tasks,
            "DescribeTasks": self._describe_tasks,
            "StopTask": self._stop_task,
        }

    def _create(self, call: Call) -> dict[str, Any]:
        cluster, name = self._definitions.cluster(call), call.params["serviceName"]
        for each in self._in(call, cluster.name):
            if each.name == name and each.status == "ACTIVE":
                raise rules.refuse("Creation of service was not idempotent.")
            if each.name == name and each.status == "DRAINING":
                raise rules.refuse("Unable to Start a service that is still Draining.")
        rules.demand_linked_role(self._world)
        settings = {
            "availabilityZoneRebalancing": "ENABLED",
            "healthCheckGracePeriodSeconds": 0,
            **{key: value for key, value in call.params.items() if key not in ASIDE},
        }
        service = Service(
            arn=self._world.arn("ecs", call.region, f"service/{cluster.name}/{name}"),
            name=name,
            cluster=cluster,
            region=call.region,
            desired=call.params.get("desiredCount", 1),
            settings={},
            created=self._world.clock.now(),
            tags=tag_map(call.params.get("tags")),
        )
        self._deploy(call, service, settings)
        known = self._of(call).services
        known[:] = [it for it in known if it.arn != service.arn]
        known.append(service)
        return {"service": shapes.service(service, ["TAGS"])}

    def _update(self, call: Call) -> dict[str, Any]:
        service = self._find(call)
        if service.status != "ACTIVE":
            raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
        given = {key: value for key, value in call.params.items() if key not in ASIDE}
        anew = given.pop("forceNewDeployment", False)
        settings = {**service.settings, **service.revision.config, **given}
        wanted = call.params.get("desiredCount")
        if wanted is not None:
            service.desired = wanted
        if anew or any(key in given for key in DEPLOYING):
            self._deploy(call, service, settings)
        else:
            service.settings = self._complete(settings)
        return {"service": shapes.service(service, [])}

    def _complete(self, settings: dict[str, Any]) -> dict[str, Any]:
        given = settings.get("deploymentConfiguration")
        return {**settings, "deploymentConfiguration": rules.deployment_configuration(given)}

    def _deploy(self, call: Call, service: Service, settings: dict[str, Any]) -> None:
        """Check everything first, then start the deployment."""
        settings = self._complete(copy.deepcopy(settings))
        definition = self._definitions.definition(call, settings.get("taskDefinition") or "")
        if definition.status != "ACTIVE":
            raise rules.client_error("TaskDefinition is inactive")
        connectors = settings.get("gatewayConnectors") or []
        rules.check_connectors(definition, connectors)
        network = (settings.get("networkConfiguration") or {}).get("awsvpcConfiguration")
        if network is None:
            raise rules.refuse(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            )
        groups = network.get("securityGroups") or []
        rules.vpc_of(self._world, call.region, network["subnets"], groups)
        if connectors:
            associated = self._gateways.associated(call, service.cluster.arn)
            gateway = fitting(self._world, call.region, associated, settings)
            if service.route is None:
                self._routes.begin(service, gateway, connectors[0]["portName"])
        else:
            self._routes.leave(service)
        settings["taskDefinition"] = definition.arn
        name = f"service-revision/{service.cluster.name}/{service.name}/{new_id()}"
        revision = Revision(
            arn=self._world.arn("ecs", call.region, name),
            definition=definition,
            config={key: settings[key] for key in DEPLOYING if key in settings},
            created=self._world.clock.now(),
        )
        self._machine.deploy(service, settings, revision)

    def _delete(self, call: Call) -> dict[str, Any]:
        service = self._find(call)
        if service.express:
            raise rules.refuse("Use DeleteExpressGatewayService for an Express service.")
        if service.desired and not call.params.get("force"):
            raise rules.refuse("The service cannot be stopped while it is scaled above 0.")
        service.status, service.desired = "DRAINING", 0
        self._routes.leave(service)
        return {"service": shapes.service(service, [])}

    def _describe(self, call: Call) -> dict[str, Any]:
        cluster = self._definitions.cluster(call)
        here = {it.name: it for it in self._in(call, cluster.name)}
        names = {each: each.rpartition("/")[2] for each in call.params["services"]}
        include = call.params.get("include") or []
        return {
            "services": [shapes.service(here[n], include) for n in names.values() if n in here],
            "failures": [
                {
                    "arn": self._world.arn("ecs", call.region, f"service/{cluster.name}/{name}"),
                    "reason": "MISSING",
                }
                for name in names.values()
                if name not in here
            ],
        }

    def _list(self, call: Call) -> dict[str, Any]:
        cluster = self._definitions.cluster(call)
        wanted = call.params.get("resourceManagementType")
        found = [
            it
            for it in self._in(call, cluster.name)
            if not wanted or (wanted == "ECS") == (it.express is not None)
        ]
        return {"serviceArns": [it.arn for it in found if it.status != "INACTIVE"]}

    def _deployments(self, call: Call) -> dict[str, Any]:
        service, wanted = self._find(call), call.params.get("status")
        found = [it for it in service.deployments if not wanted or it.status in wanted]
        return {"serviceDeployments": [shapes.deployment_brief(service, it) for it in found]}

    def _describe_deployments(self, call: Call) -> dict[str, Any]:
        known = {
            each.arn: (service, each)
            for service in self._of(call).services
            for each in service.deployments
        }
        wanted = call.params["serviceDeploymentArns"]
        return {
            "serviceDeployments": [shapes.deployment(*known[it]) for it in wanted if it in known],
            "failures": [{"arn": it, "reason": "MISSING"} for it in wanted if it not in known],
        }

    def _stop_deployment(self, call: Call) -> dict[str, Any]:
        arn = call.params["serviceDeploymentArn"]
        found: Deployment | None = None
        for service in self._of(call).services:
            found = next((it for it in service.deployments if it.arn == arn), found)
        if found is None:
            raise AwsError("ServiceDeploymentNotFoundException", f"No deployment {arn}.")
        if not found.under_way:
            raise AwsError("ConflictException", "The service deployment has ended.")
        found.finished = self._world.clock.now()
        found.status, found.reason = Rollout.STOPPED, "Service deployment stopped by the caller."
        return {"serviceDeploymentArn": arn}

    def _tasks(self, call: Call) -> dict[str, Any]:
        cluster = self._definitions.cluster(call)
        name = (call.params.get("serviceName") or "").rpartition("/")[2]
        services = [it for it in self._in(call, cluster.name) if name in {"", it.name}]
        if name and not services:
            raise AwsError("ServiceNotFoundException", "Service not found.")
        stopped = call.params.get("desiredStatus") == "STOPPED"
        found = [task for it in services for task in it.tasks]
        return {"taskArns": [it.arn for it in found if (it.stopping is not None) == stopped]}

    def _describe_tasks(self, call: Call) -> dict[str, Any]:
        self._definitions.cluster(call)
        known = {
            task.arn.rpartition("/")[2]: (service, task)
            for service in self._of(call).services
            for task in service.tasks
        }
        wanted = {each: each.rpartition("/")[2] for each in call.params["tasks"]}
        shown = []
        for number in wanted.values():
            if number in known:
                service, task = known[number]
                well = self._machine.healthy(task)
                shown.append(shapes.task(service, task, healthy=well))
        return {
            "tasks": shown,
            "failures": [
                {"arn": each, "reason": "MISSING"}
                for each, number in wanted.items()
                if number not in known
            ],
        }

    def _stop_task(self, call: Call) -> dict[str, Any]:
        self._definitions.cluster(call)
        number = call.params["task"].rpartition("/")[2]
        for service in self._of(call).services:
            for task in service.tasks:
                if task.arn.endswith(number):
                    reason = call.params.get("reason") or "Task stopped by user"
                    self._machine.stop(task, "UserInitiated", reason)
                    return {"task": shapes.task(service, task, healthy=False)}
        raise rules.refuse("The referenced task was not found.")

    def _find(self, call: Call) -> Service:
        cluster = self._definitions.cluster(call, self._cluster_of(call))
        name = call.params["service"].rpartition("/")[2]
        for each in self._in(call, cluster.name):
            if each.name == name and each.status != "INACTIVE":
                return each
        raise AwsError("ServiceNotFoundException", "Service not found.")

    @staticmethod
    def _cluster_of(call: Call) -> str | None:
        """The cluster in a service's ARN, for operations that may be called without it."""
        parts = call.params["service"].split("/")
        return call.params.get("cluster") or (parts[1] if len(parts) == 3 else None)

    def _in(self, call: Call, cluster: str) -> list[Service]:
        return [it for it in self._of(call).services if it.cluster.name == cluster]
