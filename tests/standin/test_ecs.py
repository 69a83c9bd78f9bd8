"""ECS behind a gateway: requests it refuses, deployments over time, and every answer's shape."""

from collections.abc import Callable
from typing import Any
from urllib.error import URLError

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.standin.gateway import (
    CONNECTOR,
    IMAGE,
    LACKING,
    Site,
    allow,
    default_vpc,
    living,
    make_group,
)
from tests.standin.shapes import watch
from tests.standin.steps import get, store_config, until
from tests.support.standin import client, passes
from wizard.standin.server import StandIn

TAGS = [{"key": "app", "value": "formae-agent"}]


def refused(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_the_whole_life_and_every_answers_shape(standin: StandIn) -> None:
    ecs = client("ecs", config=Config())
    checked = watch(ecs)
    site = Site(ecs=ecs)
    service = site.create(site.register(), tags=TAGS)
    assert service["status"] == "ACTIVE"
    assert service["runningCount"] == 0
    assert site.deployed() == "SUCCESSFUL"
    assert get(f"{site.url()}/api/v1/health")[0] == 200
    (task,) = site.tasks()
    assert task["lastStatus"] == "RUNNING"
    tags_come_and_go(ecs, service["serviceArn"])
    arn = ecs.list_service_deployments(service=service["serviceArn"])["serviceDeployments"][0]
    arns = [arn["serviceDeploymentArn"]]
    (told,) = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
    assert told["targetServiceRevision"]["runningTaskCount"] == 1
    shown(ecs, site)
    gone(ecs, site)
    express = {each for each in standin.ecs.operations if "Express" in each}
    assert set(checked) | express | {"DescribeServiceRevisions"} == set(standin.ecs.operations)


def tags_come_and_go(ecs: Any, arn: str) -> None:
    assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == TAGS
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "Name", "value": "x"}])
    ecs.untag_resource(resourceArn=arn, tagKeys=["app"])
    left = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
    assert left == [{"key": "Name", "value": "x"}]


def shown(ecs: Any, site: Site) -> None:
    """What lists and descriptions tell of what is there."""
    gateway = ecs.describe_gateway(gateway="formae")["gateway"]
    assert gateway["deletionProtection"]
    assert gateway["configuration"]["hostSharedAlb"]["currentAlbCount"] == 1
    assert [each["name"] for each in ecs.list_gateways()["gateways"]] == ["formae"]
    resources = ecs.describe_gateway_resources(gateway=site.gateway)["gatewayResources"]
    assert len(resources["resources"]["hostSharedAlb"]) == 1
    assert ecs.list_clusters()["clusterArns"] == [site.cluster]
    (cluster,) = ecs.describe_clusters(clusters=["formae"], include=["TAGS"])["clusters"]
    assert cluster["activeServicesCount"] == cluster["runningTasksCount"] == 1
    assert len(ecs.list_services(cluster=site.cluster)["serviceArns"]) == 1


def gone(ecs: Any, site: Site) -> None:
    """Everything is taken away again, in the only order there is."""
    (task,) = site.tasks()
    ecs.stop_task(cluster=site.cluster, task=task["taskArn"])
    last = site.register()
    ecs.update_service(cluster=site.cluster, service="formae-agent", taskDefinition=last)
    (under_way,) = ecs.list_service_deployments(service="formae-agent", cluster=site.cluster)[
        "serviceDeployments"
    ][:1]
    ecs.stop_service_deployment(serviceDeploymentArn=under_way["serviceDeploymentArn"])
    asked = {"cluster": site.cluster, "service": "formae-agent"}
    assert "scaled above 0" in refused(ecs.delete_service, **asked)[1]
    assert refused(ecs.delete_cluster, cluster="formae")[0] == "ClusterContainsServicesException"
    ecs.delete_service(**asked, force=True)
    leaves = ecs.disassociate_gateway_from_cluster(gateway="formae", cluster="formae")
    assert leaves["status"] == "DISASSOCIATING"
    assert "Deletion protection" in refused(ecs.delete_gateway, gateway="formae")[1]
    ecs.update_gateway(gateway="formae", deletionProtection=False)
    assert "associations" in refused(ecs.delete_gateway, gateway="formae")[1]
    until(lambda: site.described()["status"] == "INACTIVE")
    assert not ecs.list_gateway_cluster_associations()["gatewayClusterAssociations"]
    ecs.delete_gateway(gateway="formae")
    assert refused(ecs.describe_gateway, gateway="formae")[0] == "GatewayNotFoundException"
    ecs.delete_cluster(cluster="formae")
    assert ecs.describe_task_definition(taskDefinition=last, include=["TAGS"])["tags"] == []
    for arn in ecs.list_task_definitions(familyPrefix="formae-agent")["taskDefinitionArns"]:
        ecs.deregister_task_definition(taskDefinition=arn)
    ecs.delete_task_definitions(taskDefinitions=[last])
    code, _ = refused(ecs.describe_task_definition, taskDefinition=last)
    assert code == "ClientException"


def test_one_agent_at_any_moment_of_a_deployment(standin: StandIn) -> None:
    site = Site()
    site.create(site.register())
    assert site.deployed() == "SUCCESSFUL"
    (first,) = site.tasks()
    site.ecs.update_service(
        cluster=site.cluster, service="formae-agent", taskDefinition=site.register()
    )
    counts: set[int] = set()

    def ended() -> bool:
        counts.add(living(standin))
        return bool(site.described()["deployments"][0]["rolloutState"] == "COMPLETED")

    until(ended, 60)
    assert counts == {0, 1}
    (second,) = site.tasks()
    assert first["taskArn"] != second["taskArn"]
    assert get(f"{site.url()}/api/v1/health")[0] == 200


def test_a_deployment_that_fails_is_rolled_back(standin: StandIn) -> None:
    site = Site()
    first = site.register()
    site.create(first)
    assert site.deployed() == "SUCCESSFUL"
    site.ecs.update_service(
        cluster=site.cluster,
        service="formae-agent",
        taskDefinition=site.register(IMAGE.replace("0.88.1", "9.9.9")),
    )
    assert site.deployed() == "ROLLBACK_SUCCESSFUL"
    assert site.described()["taskDefinition"] == first
    reasons = {each["stoppedReason"].partition(":")[0] for each in site.tasks("STOPPED")}
    assert "CannotPullContainerError" in reasons
    assert get(f"{site.url()}/api/v1/health")[0] == 200


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        ({"secrets": [{"name": "A", "valueFrom": "SECRET"}]}, "ResourceInitializationError"),
        ({"command": ["sh", "-c", "echo last words; exit 3"]}, "Essential container in task exi"),
        (
            {
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "none", "awslogs-stream-prefix": "a"},
                }
            },
            "ResourceInitializationError",
        ),
    ],
    ids=["secret", "exit", "logs"],
)
def test_what_stops_a_task_is_told(
    standin: StandIn, container: dict[str, Any], reason: str
) -> None:
    site = Site()
    if "secrets" in container:
        arn = store_config("text")
        container = {"secrets": [{"name": "A", "valueFrom": arn}]}
    site.create(site.register(**container))
    assert site.deployed() == "ROLLBACK_FAILED"
    assert all(each["stoppedReason"].startswith(reason) for each in site.tasks("STOPPED"))
    assert len(site.tasks("STOPPED")) == 3
    assert not site.tasks()


def test_a_route_wedges_where_its_role_is_too_new(standin: StandIn) -> None:
    site = Site(wait=False)
    site.create(site.register())
    assert site.deployed() == "SUCCESSFUL"
    passes(3600)
    assert site.route()["status"] == "CREATE_IN_PROGRESS"
    assert "serviceUrl" not in site.route()


def test_a_route_fails_without_what_the_managed_policy_lacks(standin: StandIn) -> None:
    site = Site(ec2=LACKING[1:])
    site.create(site.register())
    until(lambda: site.route()["status"] == "CREATE_FAILED")
    (failure,) = site.ecs.describe_gateway(gateway="formae")["gateway"]["failures"]
    (error,) = failure["errors"]
    assert (error["operation"], error["code"]) == ("CreateLoadBalancer", "AccessDenied")
    assert "ec2:DescribeAccountAttributes" in error["message"]


def test_only_those_in_the_security_group_are_let_in(standin: StandIn) -> None:
    group = make_group("203.0.113.0/24")
    site = Site(group=group)
    site.create(site.register())
    assert site.deployed() == "SUCCESSFUL"
    url = site.url()
    with pytest.raises((URLError, ConnectionError)):
        get(f"{url}/api/v1/health")
    allow(group, f"{standin.world.caller}/32")
    assert get(f"{url}/api/v1/health")[0] == 200
    ec2 = client("ec2")
    assert refused(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"


def test_what_is_refused(standin: StandIn) -> None:
    ecs = client("ecs")
    site = Site()
    definition = site.register()
    request = site.request(definition)

    def message(**changed: Any) -> str:
        return refused(ecs.create_service, **{**request, **changed})[1]

    until(lambda: "linked role" not in message(taskDefinition="none"))
    assert "portName 'web'" in message(gatewayConnectors=[{"portName": "web"}])
    assert "at most 1" in message(gatewayConnectors=[CONNECTOR, CONNECTOR])
    nowhere = {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}
    assert "subnet-0" in message(networkConfiguration=nowhere)
    blocked = {"maximumPercent": 100, "minimumHealthyPercent": 100}
    assert "block deployments" in message(deploymentConfiguration=blocked)
    assert "Cluster not found" in message(cluster="other")
    ecs.create_cluster(clusterName="bare")
    assert "no gateways are associated" in message(cluster="bare")
    size = {"cpu": "1024", "memory": "1024"}
    assert (
        "No Fargate configuration"
        in refused(
            ecs.register_task_definition,
            family="x",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{"name": "a", "image": IMAGE}],
            **size,
        )[1]
    )
    named = {"name": "formae", "infrastructureRoleArn": site.infrastructure}
    assert (
        "already exists"
        in refused(ecs.create_gateway, **named, configuration={"hostSharedAlb": {}})[1]
    )


def test_subnets_of_one_zone_are_not_enough(standin: StandIn) -> None:
    site = Site()
    _, subnets = default_vpc()
    code, told = refused(
        client("ecs").create_gateway,
        name="small",
        infrastructureRoleArn=site.infrastructure,
        configuration={"hostSharedAlb": {"networkConfiguration": {"subnets": subnets[:1]}}},
    )
    assert code == "InvalidParameterException"
    assert "two different Availability Zones" in told


def test_a_stopped_agent_is_started_again(standin: StandIn) -> None:
    site = Site()
    site.create(site.register())
    assert site.deployed() == "SUCCESSFUL"
    (task,) = site.tasks()
    site.ecs.stop_task(cluster=site.cluster, task=task["taskArn"])

    def another() -> bool:
        found = site.tasks()
        return bool(found) and found[0]["lastStatus"] == "RUNNING"

    until(another, 40)
    assert site.tasks()[0]["taskArn"] != task["taskArn"]


def test_the_route_is_there_before_the_first_task(standin: StandIn) -> None:
    site = Site()
    site.create(site.register(), desiredCount=0)
    assert site.deployed() == "SUCCESSFUL"
    url = site.url()
    assert get(f"{url}/api/v1/health")[0] == 503
    assert not site.tasks()
    site.ecs.update_service(
        cluster=site.cluster, service="formae-agent", desiredCount=1, forceNewDeployment=True
    )
    assert site.deployed() == "SUCCESSFUL"
    assert get(f"{url}/api/v1/health")[0] == 200
