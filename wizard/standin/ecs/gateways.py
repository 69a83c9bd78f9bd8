"""Gateways, their associations with clusters, and what is told of their routes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.ecs import rules
from wizard.standin.ecs.definitions import Definitions, Regions
from wizard.standin.ecs.model import Gateway, Route, Service, moment, some, tag_list, tag_map
from wizard.standin.world import Operation, World

MOST_GATEWAYS = 5
ADDRESS_TYPE = "dualstack"


class Gateways:
    """All about gateways."""

    def __init__(self, world: World, of: Regions, definitions: Definitions) -> None:
        self._world = world
        self._of = of
        self._definitions = definitions

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateGateway": self._create,
            "DescribeGateway": self._describe,
            "ListGateways": self._list,
            "UpdateGateway": self._update,
            "DeleteGateway": self._delete,
            "AssociateGatewayWithCluster": self._associate,
            "DisassociateGatewayFromCluster": self._disassociate,
            "ListGatewayClusterAssociations": self._associations,
            "ListGatewayRoutes": self._routes,
            "DescribeGatewayRoute": self._route,
            "DescribeGatewayResources": self._resources,
        }

    def settle(self, call: Call) -> None:
        """End associations that wait only for routes which have gone."""
        for gateway in self._of(call).gateways:
            for arn, status in list(gateway.clusters.items()):
                used = any(
                    it.route and it.route.gateway is gateway and it.cluster.arn == arn
                    for it in self._of(call).services
                )
                if status == "DISASSOCIATING" and not used:
                    del gateway.clusters[arn]

    def associated(self, call: Call, cluster: str) -> list[Gateway]:
        """The gateways that services of a cluster, named by its ARN, can use."""
        known = self._of(call).gateways
        return [each for each in known if each.clusters.get(cluster) == "ACTIVE"]

    def find(self, call: Call, name: str | None = None) -> Gateway:
        """The gateway that a call names. Raises GatewayNotFoundException."""
        wanted = name or call.params["gateway"]
        for each in self._of(call).gateways:
            if wanted in {each.arn, each.name}:
                return each
        raise AwsError("GatewayNotFoundException", f"Gateway not found: {wanted}.")

    def _create(self, call: Call) -> dict[str, Any]:
        params = copy.deepcopy(call.params)
        token, tags = params.pop("clientToken", ""), tag_map(params.pop("tags", None))
        for each in self._of(call).gateways:
            if token and each.token == token:
                return _summary(each)
            if each.name == params["name"]:
                raise rules.refuse(f"A gateway named {each.name} already exists.")
        self._demand_role(params["infrastructureRoleArn"])
        balancer = params["configuration"].get("hostSharedAlb")
        if balancer is None:
            raise rules.refuse("Exactly one configuration must be specified.")
        network = balancer.setdefault("networkConfiguration", {})
        network.setdefault("ipAddressType", ADDRESS_TYPE)
        if not network.get("subnets"):
            network["subnets"] = rules.default_subnets(self._world, call.region)
        if not network["subnets"]:
            raise rules.refuse("No default VPC or subnets found.")
        vpc = self._checked(call, network)
        now = self._world.clock.now()
        made = Gateway(
            arn=self._world.arn("ecs", call.region, f"gateway/{params['name']}"),
            name=params["name"],
            vpc=vpc,
            params={"deletionProtection": True, "propagateTags": "GATEWAY", **params},
            created=now,
            updated=now,
            token=token,
            tags=tags,
        )
        self._of(call).gateways.append(made)
        return _summary(made)

    def _checked(self, call: Call, network: dict[str, Any]) -> str:
        groups = [network["inboundSecurityGroup"]] if network.get("inboundSecurityGroup") else []
        vpc = rules.vpc_of(self._world, call.region, network["subnets"], groups)
        rules.demand_room(self._world, call.region, network["subnets"])
        return vpc

    def _demand_role(self, arn: str) -> None:
        if not rules.assumable(self._world, arn, rules.PRINCIPAL):
            raise rules.refuse(f"Unable to assume the infrastructure role {arn}.")

    def _describe(self, call: Call) -> dict[str, Any]:
        return {"gateway": self._shown(call, self.find(call))}

    def _shown(self, call: Call, gateway: Gateway) -> dict[str, Any]:
        configuration = copy.deepcopy(gateway.params["configuration"])
        balancer = configuration["hostSharedAlb"]
        defaults = {
            "scheme": "internet-facing",
            "port": 443,
            "protocol": "HTTPS",
            "maxAlbCount": 10,
            "httpDesync": "defensive",
        }
        routes = [route for _, route in self._of_gateway(call, gateway)]
        count = int(any(each.status == "ACTIVE" for each in routes))
        configuration["hostSharedAlb"] = {**defaults, **balancer, "currentAlbCount": count}
        return {
            "gatewayArn": gateway.arn,
            "name": gateway.name,
            "status": gateway.status,
            "failures": gateway.failures,
            "infrastructureRoleArn": gateway.params["infrastructureRoleArn"],
            "deletionProtection": gateway.params["deletionProtection"],
            "configuration": configuration,
            "accessType": "PRIVATE" if balancer.get("scheme") == "internal" else "PUBLIC",
            "propagateTags": gateway.params["propagateTags"],
            "tags": tag_list(gateway.tags),
            "createdAt": moment(gateway.created),
            "updatedAt": moment(gateway.updated),
        }

    def _list(self, call: Call) -> dict[str, Any]:
        names = call.params.get("names")
        found = [each for each in self._of(call).gateways if not names or each.name in names]
        return {
            "gateways": [{**_summary(each), "createdAt": moment(each.created)} for each in found]
        }

    def _update(self, call: Call) -> dict[str, Any]:
        gateway, params = self.find(call), call.params
        if role := params.get("infrastructureRoleArn"):
            self._demand_role(role)
        given = (params.get("configuration") or {}).get("hostSharedAlb") or {}
        network = {**gateway.network, **(given.get("networkConfiguration") or {})}
        self._checked(call, network)
        balancer = gateway.params["configuration"]["hostSharedAlb"]
        gateway.params["configuration"]["hostSharedAlb"] = {
            **balancer,
            **given,
            "networkConfiguration": network,
        }
        for name in ("infrastructureRoleArn", "deletionProtection", "propagateTags"):
            if params.get(name) is not None:
                gateway.params[name] = params[name]
        gateway.updated = self._world.clock.now()
        return _summary(gateway)

    def _delete(self, call: Call) -> dict[str, Any]:
        gateway = self.find(call)
        if gateway.params["deletionProtection"]:
            raise rules.refuse(f"Deletion protection is enabled for the gateway {gateway.name}.")
        if gateway.clusters:
            raise rules.refuse(
                f"The gateway {gateway.name} has cluster associations; disassociate them first."
            )
        self._of(call).gateways.remove(gateway)
        return {**_summary(gateway), "status": "DELETED"}

    def _associate(self, call: Call) -> dict[str, Any]:
        gateway, cluster = self.find(call), self._definitions.cluster(call)
        if gateway.clusters.get(cluster.arn) != "ACTIVE":
            if len(self.associated(call, cluster.arn)) >= MOST_GATEWAYS:
                raise rules.refuse("A cluster can be associated with up to 5 gateways.")
            gateway.clusters[cluster.arn] = "ACTIVE"
        return {"gatewayArn": gateway.arn, "clusterArn": cluster.arn, "status": "ACTIVE"}

    def _disassociate(self, call: Call) -> dict[str, Any]:
        gateway, cluster = self.find(call), self._definitions.cluster(call)
        if cluster.arn not in gateway.clusters:
            raise AwsError("ResourceNotFoundException", "The association does not exist.")
        gateway.clusters[cluster.arn] = "DISASSOCIATING"
        self.settle(call)
        status = gateway.clusters.get(cluster.arn, "INACTIVE")
        return {"gatewayArn": gateway.arn, "clusterArn": cluster.arn, "status": status}

    def _associations(self, call: Call) -> dict[str, Any]:
        gateway = self.find(call).arn if call.params.get("gateway") else None
        cluster = (call.params.get("cluster") or "").rpartition("/")[2]
        wanted = call.params.get("status")
        return {
            "gatewayClusterAssociations": [
                {"gatewayArn": each.arn, "clusterArn": arn, "status": status}
                for each in self._of(call).gateways
                if gateway in {None, each.arn}
                for arn, status in each.clusters.items()
                if cluster in {"", arn.rpartition("/")[2]}
                if not wanted or status in wanted
            ]
        }

    def _of_gateway(self, call: Call, gateway: Gateway) -> Iterator[tuple[Service, Route]]:
        for service in self._of(call).services:
            if service.route and service.route.gateway is gateway:
                yield service, service.route

    def _routes(self, call: Call) -> dict[str, Any]:
        params = call.params
        gateways = [self.find(call)] if params.get("gateway") else self._of(call).gateways
        cluster = (params.get("cluster") or "").rpartition("/")[2]
        name = (params.get("service") or "").rpartition("/")[2]
        return {
            "gatewayRoutes": [
                {
                    "gatewayRouteArn": route.arn,
                    "gatewayArn": gateway.arn,
                    "clusterArn": service.cluster.arn,
                    "serviceArn": service.arn,
                    "serviceContainerPortName": route.port_name,
                    "status": route.status,
                }
                for gateway in gateways
                for service, route in self._of_gateway(call, gateway)
                if cluster in {"", service.cluster.name}
                if name in {"", service.name}
                if not params.get("status") or route.status in params["status"]
            ]
        }

    def _route(self, call: Call) -> dict[str, Any]:
        arn = call.params["gatewayRouteArn"]
        for service in self._of(call).services:
            if service.route and service.route.arn == arn:
                return {"gatewayRoute": self._shown_route(call, service, service.route)}
        raise AwsError("ResourceNotFoundException", f"Gateway route not found: {arn}.")

    def _shown_route(self, call: Call, service: Service, route: Route) -> dict[str, Any]:
        made = route.status == "ACTIVE"
        resources = self._made(call, route) if made else None
        return some(
            {
                "gatewayRouteArn": route.arn,
                "serviceArn": service.arn,
                "serviceContainerPortName": route.port_name,
                "status": route.status,
                "serviceUrl": f"https://{route.edge.host}" if made else None,
                "resources": {"hostSharedAlb": [resources]} if resources else None,
            }
        )

    def _made(self, call: Call, route: Route) -> dict[str, Any]:
        def balancer(kind: str, *more: str) -> str:
            name = "/".join((kind, "app", f"ecs-gateway-{route.gateway.name}"[:32], *more))
            return self._world.arn("elasticloadbalancing", call.region, name)

        number = route.arn.rpartition("/")[2][:16]
        inbound = route.gateway.network.get("inboundSecurityGroup")
        groups = [each for each in (route.balancer_group, inbound) if each]

        def group(each: str) -> str:
            return self._world.arn("ec2", call.region, f"security-group/{each}")

        return {
            "acmCertificateArn": self._world.arn("acm", call.region, f"certificate/{number}"),
            "loadBalancerArn": balancer("loadbalancer", number),
            "listenerArn": balancer("listener", number, number),
            "listenerRuleArn": balancer("listener-rule", number, number, number),
            "loadBalancerSecurityGroups": [{"arn": group(each)} for each in groups],
            "serviceSecurityGroupArn": group(route.service_group),
        }

    def _resources(self, call: Call) -> dict[str, Any]:
        gateway = self.find(call)
        made = [
            {**self._made(call, route), "gatewayRouteArns": [route.arn]}
            for _, route in self._of_gateway(call, gateway)
            if route.status == "ACTIVE"
        ]
        names = ("loadBalancerArn", "listenerArn", "gatewayRouteArns")
        shown = [{name: each[name] for name in names} for each in made]
        return {
            "gatewayResources": {
                "gatewayArn": gateway.arn,
                "resources": {"hostSharedAlb": shown},
            }
        }


def _summary(gateway: Gateway) -> dict[str, Any]:
    return {"gatewayArn": gateway.arn, "name": gateway.name, "status": gateway.status}
