"""Express Mode: what it makes by itself, its canary with two tasks, its wedge, and every shape."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.standin.gateway import EXECUTION, IMAGE, POWER, living, make_role
from tests.standin.shapes import watch
from tests.standin.steps import get, until
from tests.support.standin import client, passes
from wizard.standin.server import StandIn

INFRASTRUCTURE = (
    "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
)
LACKING = ("DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeInternetGateways")
HEALTH = "/api/v1/health"


@dataclass
class Express:
    """The roles, old enough, and a cluster."""

    ec2: tuple[str, ...] = LACKING
    ecs: Any = field(default_factory=lambda: client("ecs"))

    def __post_init__(self) -> None:
        self.infrastructure = make_role("infra", "ecs.amazonaws.com", INFRASTRUCTURE, ec2=self.ec2)
        self.execution = make_role("execution", "ecs-tasks.amazonaws.com", EXECUTION)
        self.task = make_role("task", "ecs-tasks.amazonaws.com", POWER)
        self.ecs.create_cluster(clusterName="default")
        for each in ("elasticloadbalancing", "ecs.application-autoscaling"):
            client("iam").create_service_linked_role(AWSServiceName=f"{each}.amazonaws.com")
        passes(60)

    def container(self, image: str = IMAGE, **more: Any) -> dict[str, Any]:
        return {"image": image, "containerPort": 49684, **more}

    def request(self, **more: Any) -> dict[str, Any]:
        return {
            "serviceName": "formae",
            "infrastructureRoleArn": self.infrastructure,
            "executionRoleArn": self.execution,
            "taskRoleArn": self.task,
            "primaryContainer": self.container(),
            "healthCheckPath": HEALTH,
            "cpu": "1024",
            "memory": "2048",
            "scalingTarget": {"minTaskCount": 1, "maxTaskCount": 1},
            **more,
        }

    def create(self, **more: Any) -> str:
        made = self.ecs.create_express_gateway_service(**self.request(**more))["service"]
        return str(made["serviceArn"])

    def described(self, arn: str) -> dict[str, Any]:
        return dict(self.ecs.describe_express_gateway_service(serviceArn=arn)["service"])

    def deployed(self, arn: str) -> str:
        def ended() -> str | None:
            newest = self.ecs.list_service_deployments(service=arn)["serviceDeployments"][0]
            return newest["status"] if "finishedAt" in newest else None

        return str(until(ended, 60))

    def endpoint(self, arn: str) -> str:
        (path,) = self.described(arn)["activeConfigurations"][0]["ingressPaths"]
        return str(path["endpoint"])


def refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_the_whole_life_and_every_answers_shape(standin: StandIn) -> None:
    ecs = client("ecs", config=Config())
    checked = watch(ecs)
    express = Express(ecs=ecs)
    arn = express.create(tags=[{"key": "app", "value": "formae-agent"}])
    assert express.described(arn)["status"]["statusCode"] == "ACTIVE"  # which means nothing yet
    assert express.described(arn)["activeConfigurations"][0]["ingressPaths"] == []
    assert express.deployed(arn) == "SUCCESSFUL"
    assert get(f"{express.endpoint(arn)}{HEALTH}")[0] == 200
    current = express.described(arn)["activeConfigurations"][0]
    found = ecs.describe_service_revisions(serviceRevisionArns=[current["serviceRevisionArn"]])
    (revision,) = found["serviceRevisions"]
    (path,) = revision["ecsManagedResources"]["ingressPaths"]
    assert path["loadBalancer"]["status"] == "ACTIVE"
    (plain,) = ecs.describe_services(services=["formae"])["services"]
    assert plain["resourceManagementType"] == "ECS"
    asked = {"cluster": "default", "service": "formae", "force": True}
    assert "DeleteExpressGatewayService" in refused(ecs.delete_service, **asked)[1]
    ecs.delete_express_gateway_service(serviceArn=arn)
    assert "still Draining" in refused(ecs.create_express_gateway_service, **express.request())[1]
    until(lambda: express.described(arn)["status"]["statusCode"] == "INACTIVE")
    assert refused(ecs.delete_express_gateway_service, serviceArn=arn)[0] == (
        "ServiceNotFoundException"
    )
    express.create()
    assert {"CreateExpressGatewayService", "DescribeServiceRevisions"} <= set(checked)


def test_two_agents_run_while_a_canary_bakes(standin: StandIn) -> None:
    express = Express()
    arn = express.create()
    assert express.deployed(arn) == "SUCCESSFUL"
    changed = express.ecs.update_express_gateway_service(serviceArn=arn, memory="4096")["service"]
    assert changed["targetConfiguration"]["memory"] == "4096"
    assert len(express.described(arn)["activeConfigurations"]) == 2
    counts: set[int] = set()

    def ended() -> bool:
        counts.add(living(standin))
        return "currentDeployment" not in express.described(arn)

    until(ended, 60)
    assert counts == {1, 2}
    assert living(standin) == 1
    assert express.described(arn)["activeConfigurations"][0]["memory"] == "4096"


def test_a_deployment_that_fails_is_rolled_back(standin: StandIn) -> None:
    express = Express()
    arn = express.create()
    assert express.deployed(arn) == "SUCCESSFUL"
    bad = express.container(IMAGE.replace("0.88.1", "9.9.9"))
    express.ecs.update_express_gateway_service(serviceArn=arn, primaryContainer=bad)
    assert express.deployed(arn) == "ROLLBACK_SUCCESSFUL"
    assert get(f"{express.endpoint(arn)}{HEALTH}")[0] == 200


def test_a_refusal_at_first_is_never_tried_again(standin: StandIn) -> None:
    """The managed policy lacks an action: the service is ACTIVE, and its deployment never ends."""
    express = Express(ec2=LACKING[1:])
    arn = express.create()
    passes(3600)
    service = express.described(arn)
    assert service["status"]["statusCode"] == "ACTIVE"
    revision = service["activeConfigurations"][0]["serviceRevisionArn"]
    (found,) = express.ecs.describe_service_revisions(serviceRevisionArns=[revision])[
        "serviceRevisions"
    ]
    assert found["ecsManagedResources"] == {}
    (newest,) = express.ecs.list_service_deployments(service=arn)["serviceDeployments"]
    assert newest["status"] == "IN_PROGRESS"


def test_what_is_refused(standin: StandIn) -> None:
    express = Express()
    create = express.ecs.create_express_gateway_service

    def told(**more: Any) -> tuple[str, str]:
        return refused(create, **express.request(**more))

    assert told(cluster="other")[0] == "ClusterNotFoundException"
    assert "No Fargate configuration" in told(memory="1024")[1]
    assert "given together" in told(taskDefinitionArn="x:1")[1]
    assert "minTaskCount" in told(scalingTarget={"minTaskCount": 2, "maxTaskCount": 1})[1]
    nowhere = "arn:aws:ecs:eu-west-1:123456789012:service/default/none"
    describe = express.ecs.describe_express_gateway_service
    assert refused(describe, serviceArn=nowhere)[0] == "ResourceNotFoundException"
    standin.delete_default_vpc("eu-west-1")
    assert told()[1] == "No default VPC or subnets found."
