"""The routes of gateways: what ECS makes in front of a service, and takes away again."""

from __future__ import annotations

import ssl
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import uuid4

from wizard.standin.apprunner.edge import Edge
from wizard.standin.ecs import rules
from wizard.standin.ecs.model import Gateway, Route, Service, new_id
from wizard.standin.world import World

NEEDED = (
    ("CreateSecurityGroup", "ec2:DescribeVpcs"),
    ("CreateLoadBalancer", "ec2:DescribeAccountAttributes"),
    ("CreateLoadBalancer", "ec2:DescribeAvailabilityZones"),
    ("CreateLoadBalancer", "ec2:DescribeInternetGateways"),
    ("CreateLoadBalancer", "ec2:DescribeSubnets"),
    ("DescribeRules", "elasticloadbalancing:DescribeRules"),
)
"""What ECS does with the gateway's role, and the action that it needs for it."""
HTTPS = 443


class Routes:
    """Makes them, lets them become, and takes them away."""

    def __init__(self, world: World, context: ssl.SSLContext) -> None:
        self._world = world
        self._context = context

    def begin(self, service: Service, gateway: Gateway, port_name: str) -> None:
        """Start the route of a service."""
        role = gateway.params["infrastructureRoleArn"]
        created = self._world.roles.created(role)
        age = self._world.clock.since(created) if created else 0.0
        wedged = age < self._world.durations.gateway_trust
        if service.express and self._refused(role):
            wedged = True  # ECS meets the refusal once, says nothing, and never tries again
        if self._world.wedged_routes:
            self._world.wedged_routes -= 1
            wedged = True
        name = f"gateway-route/{gateway.name}/{new_id()}"
        service.route = Route(
            arn=self._world.arn("ecs", service.region, name),
            gateway=gateway,
            port_name=port_name,
            edge=Edge(self._context),
            created=self._world.clock.now(),
            wedged=wedged,
        )

    def leave(self, service: Service) -> None:
        """Start the removal of a service's route."""
        if service.route and service.route.leaving is None:
            service.route.leaving = self._world.clock.now()
            service.route.status = "DELETE_IN_PROGRESS"

    def advance(self, service: Service) -> None:
        """Let time do what it did since the last call."""
        route = service.route
        if route is None:
            return
        clock, durations = self._world.clock, self._world.durations
        if route.leaving is not None:
            if clock.since(route.leaving) >= durations.route_delete and not service.living:
                self._gone(service, route)
        elif (
            route.status == "CREATE_IN_PROGRESS"
            and not route.wedged
            and clock.since(route.created) >= durations.gateway_route
        ):
            self._made(service, route)

    def close(self, service: Service) -> None:
        """Stop listening."""
        if service.route:
            service.route.edge.close()

    def _refused(self, role: str) -> list[tuple[str, str]]:
        """What ECS would do with the role and may not."""
        return [each for each in NEEDED if not self._world.roles.may(role, each[1], "*")]

    def _made(self, service: Service, route: Route) -> None:
        gateway = route.gateway
        role = gateway.params["infrastructureRoleArn"]
        if refused := self._refused(role):
            operation, action = refused[0]
            name = role.rpartition("/")[2]
            who = f"arn:aws:sts::{self._world.account}:assumed-role/{name}/ecs-gateway"
            message = f"User: {who} is not authorized to perform: {action}"
            error = {"operation": operation, "code": "AccessDenied", "message": message}
            gateway.failures.append({"arn": route.arn, "errors": [error]})
            route.status = "CREATE_FAILED"
            return
        ec2: Any = self._world.moto.backend("ec2", service.region)
        mark = uuid4().hex[:8]
        tags = {"AmazonECSManaged": "true"}
        balancer = ec2.create_security_group(
            f"ecs-gateway-alb-{mark}", "Made by ECS", gateway.vpc, tags
        )
        behind = ec2.create_security_group(
            f"ecs-gateway-service-{mark}", "Made by ECS", gateway.vpc, tags
        )
        route.balancer_group, route.service_group = balancer.id, behind.id
        if not gateway.network.get("inboundSecurityGroup"):
            ec2.authorize_security_group_ingress(
                balancer.id, "tcp", str(HTTPS), str(HTTPS), [{"CidrIp": "0.0.0.0/0"}]
            )
        route.status = "ACTIVE"
        self.route(service)

    def route(self, service: Service) -> None:
        """Send requests to whichever of the service's tasks answers by then."""
        route = service.route
        assert route is not None  # noqa: S101 - asked of a service with one

        def target() -> int | None:
            for task in service.living:
                if task.container and not task.container.exited and task.stopping is None:
                    _, port = task.revision.definition.container(route.port_name)
                    found = task.container.port(port)
                    if found is not None:
                        return found
            return None

        route.edge.route(target)
        clock = self._world.clock
        route.edge.watch(lambda status: route.answers.append((clock.now(), status)))
        route.edge.guard(lambda: self._admitted(service.region, route))

    def _admitted(self, region: str, route: Route) -> bool:
        """Whether the balancer's security groups let the caller in; nobody here is in a VPC."""
        if route.gateway.internal:
            return False
        group = route.gateway.network.get("inboundSecurityGroup") or route.balancer_group
        found = self._world.moto.backend("ec2", region).get_security_group_from_id(group)
        caller = ip_address(self._world.caller)
        rules = found.ingress_rules if found else []
        return any(
            caller in ip_network(rule.ip_range["CidrIp"])
            for rule in rules
            if _is_https(rule) and rule.ip_range.get("CidrIp")
        )

    def _gone(self, service: Service, route: Route) -> None:
        ec2: Any = self._world.moto.backend("ec2", service.region)
        for group in (route.balancer_group, route.service_group):
            if group:
                ec2.delete_security_group(group_id=group)
        route.edge.close()
        service.route = None


def _is_https(rule: Any) -> bool:
    if rule.ip_protocol == "-1":
        return True
    return rule.ip_protocol == "tcp" and int(rule.from_port) <= HTTPS <= int(rule.to_port)


def fitting(world: World, region: str, gateways: list[Gateway], service: dict[str, Any]) -> Gateway:
    """The gateway that a service in these subnets uses. Raises where there is none."""
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    vpc = rules.vpc_of(world, region, network["subnets"], network.get("securityGroups") or [])
    if not gateways:
        raise rules.refuse(
            "gatewayConnectors were specified but no gateways are associated with cluster"
        )
    here = [each for each in gateways if each.vpc == vpc]
    if not here:
        raise rules.refuse("cluster has associated gateways but none are in the service's VPC")
    needed = rules.zones(world, region, network["subnets"])
    for each in here:
        if needed <= rules.zones(world, region, each.network["subnets"]):
            return each
    raise rules.refuse(
        "cluster has associated gateways but none cover every Availability Zone of the service's "
        "subnets"
    )
