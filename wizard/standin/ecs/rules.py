"""ECS's written rules beyond the model: Fargate's sizes, task definitions, networks, connectors."""

from __future__ import annotations

from typing import Any

from wizard.standin.call import AwsError
from wizard.standin.ecs.model import TaskDefinition
from wizard.standin.roles import Roles
from wizard.standin.world import World

GIB = 1024
FARGATE = {
    "256": ("512", "1024", "2048"),
    "512": tuple(str(GIB * n) for n in range(1, 5)),
    "1024": tuple(str(GIB * n) for n in range(2, 9)),
    "2048": tuple(str(GIB * n) for n in range(4, 17)),
    "4096": tuple(str(GIB * n) for n in range(8, 31)),
    "8192": tuple(str(GIB * n) for n in range(16, 61, 4)),
    "16384": tuple(str(GIB * n) for n in range(32, 121, 8)),
}
"""The MiB that Fargate takes, by CPU units."""
FREE = 8
"""Addresses that a load balancer wants in each subnet."""
ROLLING = {"strategy": "ROLLING", "maximumPercent": 200, "minimumHealthyPercent": 100}
PRINCIPAL = "ecs.amazonaws.com"
EXPRESS_PRINCIPALS = (
    *(PRINCIPAL, "elasticloadbalancing.amazonaws.com"),
    "ecs.application-autoscaling.amazonaws.com",
)
"""The services whose own roles must be there for Express."""
NO_LINKED_ROLE = (
    "Unable to assume the service linked role. Please verify that the ECS service linked role "
    "exists."
)


def refuse(message: str) -> AwsError:
    """ECS's answer to a request that makes no sense."""
    return AwsError("InvalidParameterException", message)


def client_error(message: str) -> AwsError:
    """ECS's answer where the client is to blame otherwise."""
    return AwsError("ClientException", message)


def check_definition(params: dict[str, Any]) -> None:
    """Raise unless Fargate could run it."""
    containers = params["containerDefinitions"]
    if not containers:
        raise client_error("Container list cannot be empty.")
    if "FARGATE" in (params.get("requiresCompatibilities") or []):
        _check_fargate(params)
    for container in containers:
        if not container.get("name") or not container.get("image"):
            raise client_error("Container.name and Container.image should not be null or empty.")
        names = [each["name"] for each in container.get("environment") or []]
        secrets = [each["name"] for each in container.get("secrets") or []]
        if both := sorted({*names} & {*secrets}):
            raise client_error(
                "The secret name must be unique and not shared with any new or existing "
                f"environment variables set on the container, such as '{both[0]}'."
            )
        if secrets and not params.get("executionRoleArn"):
            raise client_error(
                "When you are specifying container secrets, you must also specify a value for "
                "'executionRoleArn'."
            )


def _check_fargate(params: dict[str, Any]) -> None:
    if params.get("networkMode") != "awsvpc":
        raise client_error("Fargate only supports network mode 'awsvpc'.")
    cpu, memory = params.get("cpu") or "", params.get("memory") or ""
    if memory not in FARGATE.get(cpu, ()):
        raise client_error(
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See "
            "the Amazon ECS documentation for the valid values."
        )
    logs = (each.get("logConfiguration") for each in params["containerDefinitions"])
    if any(logs) and not params.get("executionRoleArn"):
        raise client_error(
            "Fargate requires task definition to have execution role ARN to support log driver "
            "awslogs."
        )


def vpc_of(world: World, region: str, subnets: list[str], groups: list[str]) -> str:
    """The one VPC of the subnets, which all are there, and so are the security groups."""
    ec2 = world.moto.backend("ec2", region)
    known = {each.id: each for each in ec2.describe_subnets()}
    if missing := [each for each in subnets if each not in known]:
        raise refuse(f"Error retrieving subnet information for [{', '.join(missing)}]")
    vpcs = {known[each].vpc_id for each in subnets}
    if len(vpcs) != 1:
        raise refuse("subnets must all belong to the same VPC.")
    vpc = str(vpcs.pop())
    for group in groups:
        found = ec2.get_security_group_from_id(group)
        if found is None:
            raise refuse(f"Error retrieving security group information for [{group}]")
        if found.vpc_id != vpc:
            raise refuse(f"The security group {group} does not appear in the VPC {vpc}.")
    return vpc


def demand_room(world: World, region: str, subnets: list[str]) -> None:
    """Raise unless a load balancer has room in the subnets, in two zones at least."""
    if len(zones(world, region, subnets)) < 2:
        raise refuse("At least two subnets in two different Availability Zones needed.")
    ec2 = world.moto.backend("ec2", region)
    for each in ec2.describe_subnets():
        if each.id in subnets and each.available_ip_address_count < FREE:
            raise refuse(f"The subnet {each.id} has fewer than {FREE} free addresses.")


def route_table(world: World, region: str, subnet: str) -> Any:
    """The route table that a subnet goes by: its own, else its VPC's main one."""
    ec2 = world.moto.backend("ec2", region)
    open_default_vpc(ec2)
    (found,) = (each for each in ec2.describe_subnets() if each.id == subnet)
    tables = [each for each in ec2.route_tables.values() if each.vpc_id == found.vpc_id]
    own = [each for each in tables if any(it.get("SubnetId") == subnet for it in each.associations)]
    return (own or [each for each in tables if each.main_association_id])[0]


def ways_out(world: World, region: str, subnet: str) -> list[str]:
    """What the default routes of a subnet lead to, by ids such as igw-… or nat-…."""
    return [
        str(target.id)
        for each in route_table(world, region, subnet).routes
        if each.destination_cidr_block == "0.0.0.0/0"
        and (target := each.gateway or each.nat_gateway)
    ]


def has_endpoint(world: World, region: str, subnet: str, service: str) -> bool:
    """Whether a VPC endpoint leads from the subnet to an AWS service.

    S3's is a gateway in the subnet's route table; the others' are interfaces with private DNS.
    """
    table = route_table(world, region, subnet)
    return any(
        table.id in each.route_table_ids if service == "s3" else each.private_dns_enabled
        for each in world.moto.backend("ec2", region).vpc_end_points.values()
        if (each.vpc_id, each.state) == (table.vpc_id, "available")
        and each.service_name == f"com.amazonaws.{region}.{service}"
        and each.vpc_endpoint_type == ("Gateway" if service == "s3" else "Interface")
    )


def public(world: World, region: str, subnets: list[str]) -> bool:
    """Whether all of the subnets have a route to an internet gateway."""
    return all(
        any(way.startswith("igw-") for way in ways_out(world, region, each)) for each in subnets
    )


def open_default_vpc(ec2: Any) -> None:
    """Give the default VPC the internet gateway that AWS makes with it; moto makes none."""
    for vpc in [each for each in ec2.vpcs.values() if each.is_default]:
        for table in [each for each in ec2.route_tables.values() if each.vpc_id == vpc.id]:
            if not any(each.gateway for each in table.routes):
                gate = ec2.create_internet_gateway()
                ec2.attach_internet_gateway(gate.id, vpc.id)
                ec2.create_route(table.id, "0.0.0.0/0", gateway_id=gate.id)


def zones(world: World, region: str, subnets: list[str]) -> set[str]:
    """The availability zones that the subnets are in."""
    ec2 = world.moto.backend("ec2", region)
    return {each.availability_zone for each in ec2.describe_subnets() if each.id in subnets}


def default_subnets(world: World, region: str) -> list[str]:
    """The subnets of the default VPC; none where there is no such VPC."""
    ec2 = world.moto.backend("ec2", region)
    vpcs = {vpc.id for vpc in ec2.vpcs.values() if vpc.is_default}
    return sorted(each.id for each in ec2.describe_subnets() if each.vpc_id in vpcs)


def demand_linked_role(world: World, *principals: str) -> None:
    """Raise where AWS's own role, of ECS at least, is not there or too new to be known."""
    for principal in principals or (PRINCIPAL,):
        arn = world.roles.linked(principal)
        if not arn or not assumable(world, arn, principal):
            raise refuse(NO_LINKED_ROLE)


def assumable(world: World, arn: str, service: str) -> bool:
    """Whether an AWS service can take on the role by now."""
    roles: Roles = world.roles
    created = roles.created(arn)
    fresh = created is None or world.clock.since(created) < world.durations.role_propagation
    return not fresh and roles.trusts(arn, service)


def check_connectors(definition: TaskDefinition, connectors: list[dict[str, Any]]) -> None:
    """Raise unless there is one at most, to a port that the task definition names."""
    if len(connectors) > 1:
        raise refuse("gatewayConnectors must contain at most 1 element.")
    for each in connectors:
        if definition.params.get("networkMode") != "awsvpc":
            raise refuse("gatewayConnectors require the network mode awsvpc.")
        try:
            definition.container(each["portName"])
        except KeyError:
            raise refuse(
                f"The portName '{each['portName']}' of gatewayConnectors is not a named port of "
                "the task definition."
            ) from None
        delay = (each.get("deregistrationDelay") or {}).get("timeoutSeconds", 300)
        if not 0 <= delay <= 3600:
            raise refuse("deregistrationDelay.timeoutSeconds must be between 0 and 3600.")


def deployment_configuration(given: dict[str, Any] | None) -> dict[str, Any]:
    """The configuration with ECS's defaults. Raises where the percents leave no way to deploy."""
    found = {**ROLLING, **(given or {})}
    if found["maximumPercent"] == 100 and found["minimumHealthyPercent"] == 100:
        raise refuse(
            "maximumPercent and minimumHealthyPercent cannot both be 100 as this will block "
            "deployments."
        )
    if found["maximumPercent"] < 100 or found["minimumHealthyPercent"] > found["maximumPercent"]:
        raise refuse("The maximumPercent must be greater than or equal to 100.")
    return found
