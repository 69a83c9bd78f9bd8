"""App Runner's operations."""

import copy
import ssl
from typing import Any

from wizard.standin import validation
from wizard.standin.apprunner import rules
from wizard.standin.apprunner.edge import Edge
from wizard.standin.apprunner.machine import Machine
from wizard.standin.apprunner.model import AppService, Kind, Operation, Status
from wizard.standin.apprunner.scaling import Scalings
from wizard.standin.apprunner.shapes import operation_summary, page, service_summary, shown
from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation as Answer
from wizard.standin.world import World

MOST_SERVICES = 30
DELETABLE = (Status.RUNNING, Status.PAUSED, Status.CREATE_FAILED, Status.DELETE_FAILED)
PAGE = 20
BUILDER = "build.apprunner.amazonaws.com"
RUNNER = "tasks.apprunner.amazonaws.com"


class AppRunner:
    """All of App Runner that formae's installation touches."""

    complete = True

    def __init__(self, world: World, context: ssl.SSLContext) -> None:
        self._world = world
        self._context = context
        self._machine = Machine(world)
        self.scalings = Scalings(world)
        self.services: dict[str, AppService] = {}
        self._ways_in: dict[str, str] = {}
        """The services' ARNs, by those of their VPC ingress connections."""

    @property
    def operations(self) -> dict[str, Answer]:
        """What is answered here, each after validation against the model."""
        scalings = self.scalings
        methods: dict[str, Answer] = {
            "CreateService": self._create,
            "DescribeService": self._describe,
            "ListServices": self._list,
            "UpdateService": self._update,
            "DeleteService": self._delete,
            "PauseService": lambda call: self._change(call, Kind.PAUSE, Status.RUNNING),
            "ResumeService": lambda call: self._change(call, Kind.RESUME, Status.PAUSED),
            "StartDeployment": self._deploy,
            "ListOperations": self._list_operations,
            "CreateAutoScalingConfiguration": scalings.create,
            "DescribeAutoScalingConfiguration": scalings.describe,
            "DeleteAutoScalingConfiguration": scalings.delete,
            "ListAutoScalingConfigurations": self._list_scalings,
            "ListServicesForAutoScalingConfiguration": self._list_scaled,
            "CreateVpcIngressConnection": self._let_in,
            "DeleteVpcIngressConnection": self._shut_out,
            "ListVpcIngressConnections": self._list_ways_in,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return {name: self._validated(method) for name, method in methods.items()}

    def advance(self) -> None:
        """Let time do what it did since the last call."""
        for service in self.services.values():
            self._machine.advance(service)
        self.scalings.in_use = {
            service.config["AutoScalingConfigurationArn"]
            for service in self.services.values()
            if service.status != Status.DELETED
        }

    def settle(self) -> None:
        """Wait for processes that just start, which this machine's time alone brings on."""
        for service in list(self.services.values()):
            operation = service.operations[0]
            if operation.under_way and operation.container:
                operation.container.settle(self._world.durations.start_grace)

    def edge(self, port: int = 0) -> Edge:
        """The HTTPS edge of a service. Raises OSError where the port is taken."""
        return Edge(self._context, port)

    def adopt(self, service: AppService) -> None:
        """Have a service that was kept, whose container may have been stopped meanwhile."""
        self.services[service.arn] = service
        if service.container:
            service.container.revive()
            service.container.settle(self._world.durations.start_grace)
            self._machine.route(service)

    def close(self) -> None:
        """End all containers and edges, and forget everything."""
        for service in self.services.values():
            for container in (service.container, service.operations[0].container):
                if container and not container.parked:
                    container.stop()
            if service.status != Status.DELETED:
                service.edge.close()
        self.services.clear()
        self.scalings.reset()

    def _validated(self, method: Answer) -> Answer:
        # A registry on this machine has a name App Runner's pattern does not know.
        skip = frozenset({"ImageIdentifier"} if self._world.registry else ())

        def answer(call: Call) -> dict[str, Any]:
            validation.check(call, skip=skip)
            return method(call)

        return answer

    def _create(self, call: Call) -> dict[str, Any]:
        params = call.params
        name = params["ServiceName"]
        living = [it for it in self._of(call.region) if it.status != Status.DELETED]
        if any(it.name == name for it in living):
            raise rules.refuse(f"Service with the provided name already exists: {name}.")
        if len(living) >= MOST_SERVICES:
            raise AwsError("ServiceQuotaExceededException", "Too many services.")
        config = self._config(call, {})
        now = self._world.clock.now()
        service = AppService(
            name=name,
            region=call.region,
            account=self._world.account,
            edge=self.edge(),
            config=config,
            created=now,
            updated=now,
            tags={tag["Key"]: tag.get("Value", "") for tag in params.get("Tags") or []},
        )
        self.services[service.arn] = service
        return self._answer(service, self._machine.begin(service, Kind.CREATE))

    def _update(self, call: Call) -> dict[str, Any]:
        service = self._find(call)
        self._demand(service, Status.RUNNING)
        previous, given = service.config, call.params.get("SourceConfiguration")
        if given and not given.get("ImageRepository"):
            raise rules.refuse("The kind of the source cannot be changed.")
        service.config = self._config(call, previous)
        operation = self._machine.begin(service, Kind.UPDATE)
        operation.previous = previous
        return self._answer(service, operation)

    def _config(self, call: Call, old: dict[str, Any]) -> dict[str, Any]:
        params = call.params
        instance = rules.instance(
            {**old.get("InstanceConfiguration", {}), **(params.get("InstanceConfiguration") or {})}
        )
        role = instance.get("InstanceRoleArn")
        given = params.get("SourceConfiguration")
        source = rules.source(given, role) if given else old["SourceConfiguration"]
        access = source.get("AuthenticationConfiguration", {}).get("AccessRoleArn")
        self._demand_role(access, BUILDER, "access")
        self._demand_role(role, RUNNER, "instance")
        scaling = self.scalings.for_service(
            call.region,
            params.get("AutoScalingConfigurationArn") or old.get("AutoScalingConfigurationArn"),
        )
        config = {
            **old,
            "SourceConfiguration": source,
            "InstanceConfiguration": instance,
            "HealthCheckConfiguration": rules.health(
                {
                    **old.get("HealthCheckConfiguration", {}),
                    **(params.get("HealthCheckConfiguration") or {}),
                }
            ),
            "NetworkConfiguration": rules.network(
                {
                    **old.get("NetworkConfiguration", {}),
                    **(params.get("NetworkConfiguration") or {}),
                }
            ),
            "AutoScalingConfigurationArn": scaling.arn,
        }
        for name in ("EncryptionConfiguration", "ObservabilityConfiguration"):
            if params.get(name):
                config[name] = params[name]
        return copy.deepcopy(config)

    def _demand_role(self, arn: str | None, service: str, word: str) -> None:
        if not arn:
            return
        roles, clock = self._world.roles, self._world.clock
        created = roles.created(arn)
        fresh = created is None or clock.since(created) < self._world.durations.role_propagation
        if fresh or not roles.trusts(arn, service):
            raise rules.refuse(f"Error in assuming {word} role {arn}")

    def _delete(self, call: Call) -> dict[str, Any]:
        service = self._find(call)
        self._demand(service, *DELETABLE)
        if service.arn in self._ways_in.values():
            raise rules.refuse(
                f"Service {service.arn} has active VPC ingress connections. Delete them first."
            )
        return self._answer(service, self._machine.begin(service, Kind.DELETE))

    def _change(self, call: Call, kind: Kind, needed: Status) -> dict[str, Any]:
        service = self._find(call)
        self._demand(service, needed)
        return self._answer(service, self._machine.begin(service, kind))

    def _deploy(self, call: Call) -> dict[str, Any]:
        service = self._find(call)
        if service.status != Status.RUNNING:
            # Its model has no InvalidStateException.
            raise rules.refuse(self._not_now(service))
        operation = self._machine.begin(service, Kind.DEPLOY)
        operation.previous = service.config
        return {"OperationId": operation.id}

    def _describe(self, call: Call) -> dict[str, Any]:
        return {"Service": self._shown(self._find(call, deleted=True))}

    def _list(self, call: Call) -> dict[str, Any]:
        living = [
            service_summary(it) for it in self._of(call.region) if it.status != Status.DELETED
        ]
        return page(call, "ServiceSummaryList", living, PAGE)

    def _list_operations(self, call: Call) -> dict[str, Any]:
        service = self._find(call, deleted=True)
        found = [operation_summary(service, it) for it in service.operations]
        return page(call, "OperationSummaryList", found, PAGE)

    def _list_scalings(self, call: Call) -> dict[str, Any]:
        found, size = self.scalings.listed(call)
        return page(call, "AutoScalingConfigurationSummaryList", found, size)

    def _list_scaled(self, call: Call) -> dict[str, Any]:
        arn = self.scalings.find(call.region, call.params["AutoScalingConfigurationArn"]).arn
        found = [
            service.arn
            for service in self._of(call.region)
            if service.status != Status.DELETED
            and service.config["AutoScalingConfigurationArn"] == arn
        ]
        return page(call, "ServiceArnList", found, PAGE)

    def _let_in(self, call: Call) -> dict[str, Any]:
        """A way in from a VPC, which is there at once."""
        service = self._find(call)
        name = call.params["VpcIngressConnectionName"]
        rest = f"vpcingressconnection/{name}/{service.id}"
        arn = self._world.arn("apprunner", call.region, rest)
        self._ways_in[arn] = service.arn
        return {"VpcIngressConnection": _way_in(arn, service.arn)}

    def _shut_out(self, call: Call) -> dict[str, Any]:
        arn = call.params["VpcIngressConnectionArn"]
        return {"VpcIngressConnection": _way_in(arn, self._ways_in.pop(arn))}

    def _list_ways_in(self, call: Call) -> dict[str, Any]:
        wanted = (call.params.get("Filter") or {}).get("ServiceArn")
        found = [
            _way_in(arn, service)
            for arn, service in self._ways_in.items()
            if wanted in {None, service}
        ]
        return page(call, "VpcIngressConnectionSummaryList", found, PAGE)

    def _list_tags(self, call: Call) -> dict[str, Any]:
        tags = self._tags(call).items()
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags]}

    def _tag(self, call: Call) -> dict[str, Any]:
        self._tags(call).update({tag["Key"]: tag.get("Value", "") for tag in call.params["Tags"]})
        return {}

    def _untag(self, call: Call) -> dict[str, Any]:
        tags = self._tags(call)
        for key in call.params["TagKeys"]:
            tags.pop(key, None)
        return {}

    def _tags(self, call: Call) -> dict[str, str]:
        arn = call.params["ResourceArn"]
        if ":autoscalingconfiguration/" in arn:
            return self.scalings.find(call.region, arn).tags
        return self._find(call, key="ResourceArn").tags

    def _of(self, region: str) -> list[AppService]:
        return [service for service in self.services.values() if service.region == region]

    def _find(self, call: Call, *, key: str = "ServiceArn", deleted: bool = False) -> AppService:
        arn = call.params[key]
        service = self.services.get(arn)
        if service is None or (service.status == Status.DELETED and not deleted):
            raise AwsError("ResourceNotFoundException", f"Service not found for arn: {arn}.")
        return service

    def _demand(self, service: AppService, *allowed: Status) -> None:
        if service.status not in allowed:
            raise AwsError("InvalidStateException", self._not_now(service))

    @staticmethod
    def _not_now(service: AppService) -> str:
        return (
            f"Service cannot be changed in the current state: {service.status}. "
            f"Service: {service.arn}"
        )

    def _shown(self, service: AppService) -> dict[str, Any]:
        arn = service.config["AutoScalingConfigurationArn"]
        return shown(service, self.scalings.summary(self.scalings.find(service.region, arn)))

    def _answer(self, service: AppService, operation: Operation) -> dict[str, Any]:
        return {"Service": self._shown(service), "OperationId": operation.id}


def _way_in(arn: str, service: str) -> dict[str, str]:
    return {"VpcIngressConnectionArn": arn, "ServiceArn": service}
