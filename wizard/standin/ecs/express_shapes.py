"""Express Mode's answers: what is kept, in the shapes of the model."""

from __future__ import annotations

from typing import Any

from wizard.standin.ecs.model import Revision, Route, Service, moment, some, tag_list

CONFIGURED = (
    *("executionRoleArn", "taskRoleArn", "cpu", "memory", "cpuArchitecture"),
    *("networkConfiguration", "healthCheckPath", "primaryContainer", "scalingTarget"),
)


def service(found: Service, *, tags: bool = True) -> dict[str, Any]:
    """A service in full; two configurations while a deployment runs."""
    newest = found.deployments[0]
    shown = [newest.target]
    if newest.under_way:
        shown += [each for each in newest.sources if each is not newest.target]
    return some(
        {
            "cluster": found.cluster.name,
            "serviceName": found.name,
            "serviceArn": found.arn,
            "infrastructureRoleArn": (found.express or {})["infrastructureRoleArn"],
            "status": {"statusCode": found.status},
            "currentDeployment": newest.arn if newest.under_way else None,
            "activeConfigurations": [_configuration(found, each) for each in shown],
            "tags": tag_list(found.tags) if tags else None,
            "createdAt": moment(found.created),
            "updatedAt": moment(newest.finished or newest.created),
        }
    )


def updated(found: Service) -> dict[str, Any]:
    """A service as its update answers it."""
    newest = found.deployments[0]
    return {
        "serviceArn": found.arn,
        "cluster": found.cluster.name,
        "serviceName": found.name,
        "status": {"statusCode": found.status},
        "targetConfiguration": _configuration(found, newest.revision),
        "createdAt": moment(found.created),
        "updatedAt": moment(newest.created),
    }


def _configuration(found: Service, each: Revision) -> dict[str, Any]:
    given = dict(each.config["express"])
    if (route := _made(found)) and (network := given.get("networkConfiguration")):
        groups = [*(network.get("securityGroups") or []), route.service_group]
        given["networkConfiguration"] = {**network, "securityGroups": groups}
    return some(
        {
            "serviceRevisionArn": each.arn,
            "taskDefinitionArn": each.definition.arn,
            **{name: given.get(name) for name in CONFIGURED},
            "ingressPaths": _ingress(found),
            "createdAt": moment(each.created),
        }
    )


def _made(found: Service) -> Route | None:
    route = found.route
    return route if route and route.status == "ACTIVE" else None


def _ingress(found: Service) -> list[dict[str, Any]]:
    route = _made(found)
    return [{"accessType": _access(route), "endpoint": route.edge.host}] if route else []


def _access(route: Route) -> str:
    return "PRIVATE" if route.gateway.internal else "PUBLIC"


def revision(found: Service, each: Revision) -> dict[str, Any]:
    """A revision, with what ECS made for it; empty until ECS has begun with a piece."""
    route = found.route if found.express else None
    if route and (route.wedged or route.leaving is not None):
        route = None
    return {
        "serviceRevisionArn": each.arn,
        "serviceArn": found.arn,
        "clusterArn": found.cluster.arn,
        "taskDefinition": each.definition.arn,
        "launchType": "FARGATE",
        "networkConfiguration": each.config["networkConfiguration"],
        "createdAt": moment(each.created),
        "ecsManagedResources": {"ingressPaths": [_pieces(found, route)]} if route else {},
    }


def _pieces(found: Service, route: Route) -> dict[str, Any]:
    place = found.arn.split(":")
    start = f"arn:aws:elasticloadbalancing:{place[3]}:{place[4]}"
    made = route.status == "ACTIVE"
    state = {
        "status": "ACTIVE" if made else "PROVISIONING",
        "updatedAt": moment(route.created),
    }
    balancer: dict[str, Any] = {
        **state,
        "arn": f"{start}:loadbalancer/app/ecs-express-gateway-alb-{route.arn[-8:]}",
        "scheme": "internal" if route.gateway.internal else "internet-facing",
        "subnetIds": route.gateway.network["subnets"],
    }
    if not made:
        access = {"accessType": _access(route), "endpoint": route.edge.host}
        return {**access, "loadBalancer": balancer}
    group = f"arn:aws:ec2:{place[3]}:{place[4]}:security-group/{route.balancer_group}"
    return {
        "accessType": _access(route),
        "endpoint": route.edge.host,
        "loadBalancer": {**balancer, "securityGroupIds": [route.balancer_group]},
        "loadBalancerSecurityGroups": [{**state, "arn": group}],
        "certificate": {**state, "domainName": route.edge.host},
    }
