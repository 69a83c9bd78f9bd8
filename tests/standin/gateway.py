"""An agent on ECS behind a gateway, by boto3, as the tests of the stand-in need it."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.standin.steps import trust, until
from tests.support.standin import client, passes
from wizard.standin.server import StandIn

ROLE = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB"
EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"
LACKING = ("DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeInternetGateways")
IMAGE = "ghcr.io/platform-engineering-labs/formae:0.88.1"
ONE_AGENT = {
    "strategy": "ROLLING",
    "maximumPercent": 100,
    "minimumHealthyPercent": 0,
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
}
CONNECTOR = {
    "portName": "api",
    "healthCheck": {"healthCheckProtocol": "HTTP", "healthCheckPath": "/api/v1/health"},
    "deregistrationDelay": {"timeoutSeconds": 5},
}


def make_role(name: str, service: str, *policies: str, ec2: tuple[str, ...] = ()) -> str:
    """A role that AWS's `service` may take on."""
    iam = client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]
    for each in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=each)
    if ec2:
        actions = [f"ec2:{each}" for each in ec2]
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=text)
    return str(made["Arn"])


def default_vpc() -> tuple[str, list[str]]:
    """The default VPC and its subnets."""
    ec2 = client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    only = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = [each["SubnetId"] for each in ec2.describe_subnets(Filters=only)["Subnets"]]
    return str(vpc["VpcId"]), subnets


def make_group(*cidrs: str) -> str:
    """A security group that lets these in over HTTPS."""
    ec2 = client("ec2")
    vpc, _ = default_vpc()
    made = ec2.create_security_group(GroupName="inbound", Description="who", VpcId=vpc)["GroupId"]
    for each in cidrs:
        allow(made, each)
    return str(made)


def allow(group: str, cidr: str) -> None:
    """Let an address in."""
    ranges = [{"CidrIp": cidr}]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}
    client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def living(standin: StandIn) -> int:
    """How many agents run at this moment."""
    return sum(
        task.container is not None and not task.container.exited
        for region in standin.ecs.regions.values()
        for service in region.services
        for task in service.living
    )


@dataclass
class Site:
    """Everything around a service; its roles are old enough, unless it does not `wait`."""

    group: str = ""
    ec2: tuple[str, ...] = LACKING
    wait: bool = True
    ecs: Any = field(default_factory=lambda: client("ecs"))
    subnets: list[str] = field(default_factory=lambda: default_vpc()[1])

    def __post_init__(self) -> None:
        self.infrastructure = make_role("infra", "ecs.amazonaws.com", ROLE, ec2=self.ec2)
        self.execution = make_role("execution", "ecs-tasks.amazonaws.com", EXECUTION)
        self.task = make_role("task", "ecs-tasks.amazonaws.com", POWER)
        self.cluster = self.ecs.create_cluster(clusterName="formae")["cluster"]["clusterArn"]
        self.gateway = until(self.create_gateway)
        self.ecs.associate_gateway_with_cluster(gateway=self.gateway, cluster=self.cluster)
        if self.wait:
            passes(60)

    def create_gateway(self) -> str | None:
        network: dict[str, Any] = {"subnets": self.subnets}
        if self.group:
            network["inboundSecurityGroup"] = self.group
        try:
            made = self.ecs.create_gateway(
                name="formae",
                infrastructureRoleArn=self.infrastructure,
                configuration={"hostSharedAlb": {"networkConfiguration": network}},
            )
        except self.ecs.exceptions.InvalidParameterException as error:
            if "Unable to assume" in str(error):
                return None
            raise
        return str(made["gatewayArn"])

    def register(self, image: str = IMAGE, **container: Any) -> str:
        """A revision of the task definition."""
        made = self.ecs.register_task_definition(
            family="formae-agent",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="1024",
            memory="2048",
            executionRoleArn=self.execution,
            taskRoleArn=self.task,
            containerDefinitions=[
                {
                    "name": "agent",
                    "image": image,
                    "portMappings": [{"containerPort": 49684, "name": "api"}],
                    **container,
                }
            ],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def create(self, definition: str, **more: Any) -> dict[str, Any]:
        """The service, as soon as ECS's own role can be assumed."""

        def created() -> dict[str, Any] | None:
            try:
                made = self.ecs.create_service(**self.request(definition), **more)
            except self.ecs.exceptions.InvalidParameterException as error:
                if "service linked role" in str(error):
                    return None
                raise
            return dict(made["service"])

        return dict(until(created))

    def request(self, definition: str) -> dict[str, Any]:
        network = {"subnets": self.subnets, "assignPublicIp": "ENABLED"}
        return {
            "cluster": self.cluster,
            "serviceName": "formae-agent",
            "taskDefinition": definition,
            "launchType": "FARGATE",
            "availabilityZoneRebalancing": "DISABLED",
            "healthCheckGracePeriodSeconds": 300,
            "deploymentConfiguration": ONE_AGENT,
            "networkConfiguration": {"awsvpcConfiguration": network},
            "gatewayConnectors": [CONNECTOR],
        }

    def deployed(self) -> str:
        """How the newest deployment ended, once it did."""

        def ended() -> str | None:
            found = self.ecs.list_service_deployments(service="formae-agent", cluster=self.cluster)
            newest = found["serviceDeployments"][0]
            return newest["status"] if "finishedAt" in newest else None

        return str(until(ended, 60))

    def described(self) -> dict[str, Any]:
        """The service as it is."""
        found = self.ecs.describe_services(services=["formae-agent"], cluster=self.cluster)
        return dict(found["services"][0])

    def route(self) -> dict[str, Any]:
        """The service's route as it is."""
        (brief,) = self.ecs.list_gateway_routes(service="formae-agent")["gatewayRoutes"]
        arn = brief["gatewayRouteArn"]
        return dict(self.ecs.describe_gateway_route(gatewayRouteArn=arn)["gatewayRoute"])

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """The service's tasks that are to be so."""
        arns = self.ecs.list_tasks(
            cluster=self.cluster, serviceName="formae-agent", desiredStatus=status
        )["taskArns"]
        if not arns:
            return []
        return list(self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"])

    def url(self) -> str:
        """The agent's address without its scheme, once the route is there."""

        def made() -> str | None:
            return self.route().get("serviceUrl")

        return str(until(made)).removeprefix("https://")
