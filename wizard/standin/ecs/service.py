"""ECS: one table of its operations, and the tags of whatever it has."""

from __future__ import annotations

import ssl
from typing import Any

from wizard.standin import validation
from wizard.standin.call import AwsError, Call
from wizard.standin.ecs import rules
from wizard.standin.ecs.definitions import Definitions
from wizard.standin.ecs.express import Express
from wizard.standin.ecs.gateways import Gateways
from wizard.standin.ecs.machine import Machine
from wizard.standin.ecs.model import Region, tag_list, tag_map
from wizard.standin.ecs.routes import Routes
from wizard.standin.ecs.services import Services
from wizard.standin.rds.lives import Lives
from wizard.standin.rds.wire import Place
from wizard.standin.world import Operation, World


class Ecs:
    """All of ECS that an agent on Fargate touches, behind a gateway or in Express Mode."""

    complete = True

    def __init__(self, world: World, context: ssl.SSLContext) -> None:
        self._world = world
        self.regions: dict[str, Region] = {}
        self._routes = Routes(world, context)
        self._machine = Machine(world, self._routes)
        self._definitions = Definitions(world, self._of)
        self._gateways = Gateways(world, self._of, self._definitions)
        self._services = Services(
            world, self._of, self._definitions, self._gateways, self._machine, self._routes
        )
        self._express = Express(world, self._of, self._definitions, self._machine, self._routes)

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here, each after validation against the model."""
        methods: dict[str, Operation] = {
            **self._definitions.operations,
            **self._gateways.operations,
            **self._services.operations,
            **self._express.operations,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }
        return {name: self._validated(method) for name, method in methods.items()}

    def advance(self) -> None:
        """Let time do what it did since the last call."""
        for region in self.regions.values():
            for service in region.services:
                self._machine.advance(service)

    def settle(self) -> None:
        """Wait for processes that just start, which this machine's time alone brings on."""
        for region in list(self.regions.values()):
            for service in region.services:
                for task in service.living:
                    if task.container:
                        task.container.settle(self._world.durations.start_grace)

    def adopt(self, regions: dict[str, Region]) -> None:
        """Have what was kept, of which containers may have been stopped meanwhile."""
        self.regions.update(regions)
        for service in (each for region in regions.values() for each in region.services):
            for task in service.living:
                if task.container:
                    task.container.revive()
                    task.container.settle(self._world.durations.start_grace)
            if service.route and service.route.status == "ACTIVE":
                self._routes.route(service)

    def close(self) -> None:
        """End all containers and edges, and forget everything."""
        for region in self.regions.values():
            for service in region.services:
                for task in service.living:
                    if task.container and not task.container.parked:
                        task.container.stop()
                self._routes.close(service)
        self.regions.clear()

    def uses(self, region: str, group: str) -> bool:
        """Whether a security group serves a gateway or a service."""
        found = self.regions.get(region, Region())
        inbound = {each.network.get("inboundSecurityGroup") for each in found.gateways}
        tasks = {
            each
            for service in found.services
            if service.status != "INACTIVE"
            for each in service.revision.config["networkConfiguration"]["awsvpcConfiguration"].get(
                "securityGroups"
            )
            or []
        }
        return group in inbound | tasks

    def place(self, task: str) -> Place | None:
        """Where the task with that ARN is in the network; None where there is none."""
        for region, found in self.regions.items():
            for service in found.services:
                for each in service.living:
                    if each.arn == task:
                        network = each.revision.config["networkConfiguration"]
                        at = network["awsvpcConfiguration"]
                        groups = tuple(at.get("securityGroups") or ())
                        return Place(region, groups, tuple(at["subnets"]))
        return None

    def _of(self, call: Call) -> Region:
        return self.regions.setdefault(call.region, Region())

    def _validated(self, method: Operation) -> Operation:
        def answer(call: Call) -> dict[str, Any]:
            validation.check(call)
            self._gateways.settle(call)
            return method(call)

        return answer

    def _tags(self, call: Call) -> dict[str, str]:
        arn, here = call.params["resourceArn"], self._of(call)
        definitions = [each for known in here.definitions.values() for each in known]
        holders: list[Any] = [*here.clusters.values(), *definitions]
        holders += [*here.services, *here.gateways]
        for each in holders:
            if each.arn == arn:
                tags: dict[str, str] = each.tags
                return tags
        raise rules.refuse(f"The specified resource {arn} was not found.")

    def _tag(self, call: Call) -> dict[str, Any]:
        self._tags(call).update(tag_map(call.params["tags"]))
        return {}

    def _untag(self, call: Call) -> dict[str, Any]:
        tags = self._tags(call)
        for key in call.params["tagKeys"]:
            tags.pop(key, None)
        return {}

    def _list_tags(self, call: Call) -> dict[str, Any]:
        return {"tags": tag_list(self._tags(call))}


class Ec2:
    """EC2 over moto's: a security group that serves somebody, or that a rule names, stays."""

    complete = False

    def __init__(self, world: World, ecs: Ecs, lives: Lives) -> None:
        self._world = world
        self._ecs = ecs
        self._lives = lives

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"DeleteSecurityGroup": self._delete, "DescribeRouteTables": self._routes}

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _routes(self, call: Call) -> dict[str, Any]:
        rules.open_default_vpc(self._world.moto.backend("ec2", call.region))
        return self._world.moto.ask(call)

    def _delete(self, call: Call) -> dict[str, Any]:
        group = call.params.get("GroupId", "")
        if self._ecs.uses(call.region, group) or self._needed(call.region, group):
            raise AwsError("DependencyViolation", f"resource {group} has a dependent object")
        return self._world.moto.ask(call)

    def _needed(self, region: str, group: str) -> bool:
        """Whether a cluster has it, or another group's rule names it."""
        rds = self._world.moto.backend("rds", region)
        clusters = (rds.clusters[name] for at, name in self._lives.clusters if at == region)
        if any(group in each.vpc_security_group_ids for each in clusters):
            return True
        known = self._world.moto.backend("ec2", region).describe_security_groups()
        rules = (rule for each in known if each.id != group for rule in each.ingress_rules)
        return any(rule.source_group.get("GroupId") == group for rule in rules)
