"""What an account, or somebody in it, can put in the way of an agent on ECS behind a gateway."""

import threading
from typing import Any

import pytest

from tests.corpus import ACCOUNT, REGION
from tests.hosts.ecs import NAME, answers, destroyed, run, running, there, url
from tests.standin.gateway import ROLE, make_role
from tests.standin.steps import get
from tests.support.command import Command
from tests.support.standin import client, passes
from tests.support.tiers import tail, unsampled_tier
from wizard.engine.account.read_answers import deployed
from wizard.engine.destroy.plan import DeleteAction
from wizard.engine.destroy.teardown import leaving
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.plan.build import build
from wizard.plan.graph import longest_path
from wizard.plan.inputs import Choices, Data, PlanInputs
from wizard.standin.faults import Kind, fault
from wizard.standin.server import StandIn

pytestmark = pytest.mark.usefixtures("most")


def problems() -> list[str]:
    return [each.what for each in Flow().prepare(answers()).preflight.problems]


def test_no_default_vpc_is_told_before_anything_is_made(standin: StandIn) -> None:
    standin.delete_default_vpc(REGION)
    told = problems()
    assert f"There is no default VPC in {REGION}." in told
    assert not there()["clusters"]


def test_subnets_in_one_zone_are_told_before_anything_is_made(standin: StandIn) -> None:
    ec2 = client("ec2")
    only = [{"Name": "default-for-az", "Values": ["true"]}]
    _, *others = ec2.describe_subnets(Filters=only)["Subnets"]
    for each in others:
        ec2.delete_subnet(SubnetId=each["SubnetId"])
    assert any("fewer than two zones" in each for each in problems())


@pytest.mark.parametrize("kind", ["cluster", "gateway", "group"])
def test_what_others_called_so_is_left_alone(standin: StandIn, kind: str) -> None:
    match kind:
        case "cluster":
            client("ecs").create_cluster(clusterName=NAME)
        case "group":
            made: Any = {"GroupName": f"{NAME}-inbound", "Description": "theirs"}
            (vpc,) = client("ec2").describe_vpcs()["Vpcs"]
            client("ec2").create_security_group(**made, VpcId=vpc["VpcId"])
        case _:
            role = make_role("theirs", "ecs.amazonaws.com", ROLE)
            passes(60)
            configuration: Any = {"hostSharedAlb": {}}
            client("ecs").create_gateway(
                name=NAME, infrastructureRoleArn=role, configuration=configuration
            )
    told = problems()
    assert any("but the wizard did not create it" in each for each in told)


def on() -> bool:
    return bool(client("ecs").describe_gateway(gateway=NAME)["gateway"]["deletionProtection"])


@unsampled_tier
def test_the_gateway_is_protected_as_wanted_once_the_agent_runs(
    standin: StandIn, command: Command
) -> None:
    run(answers(deletion_protection="yes"))
    assert on()
    asked = [each.operation for each in standin.calls]
    assert asked.index("UpdateGateway") > max(
        at for at, each in enumerate(asked) if each == "UpdateService"
    )
    words = ("--region", REGION, "--client-config", "no")
    assert command("plan", *words).code == 0  # as it is deployed
    client("ecs").update_gateway(gateway=NAME, deletionProtection=False)
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert [(each.name, each.now) for each in read.drift] == [("deletion_protection", "no")]
    run(answers(deletion_protection="yes"))
    assert on()
    moved = Flow().prepare(answers("apprunner"))
    (told,) = moved.preflight.problems
    assert "The move removes what someone protected: ECS gateway" in told.what
    end = command("destroy", "--region", REGION, "--yes")
    assert end.code == 3
    assert "The gateway has deletion protection" in end.err
    run(answers(deletion_protection="no"))
    assert not on()


def test_protection_against_deletion_wants_consent(standin: StandIn) -> None:
    running()
    client("ecs").update_gateway(gateway=NAME, deletionProtection=True)
    found = leaving(Flow(), answers(), Choices(data=Data.DELETE, purge_secrets=True))
    seen = found.remains.seen["gateway"]
    assert seen.action is DeleteAction.GOES
    assert seen.needs_consent
    destroyed(answers())
    assert not there()["gateways"]


@unsampled_tier
def test_what_somebody_changed_is_seen_and_put_back(standin: StandIn) -> None:
    running()
    ecs = client("ecs")
    both = {"maximumPercent": 150, "minimumHealthyPercent": 0}
    ecs.update_service(cluster=NAME, service=NAME, deploymentConfiguration=both)
    found = Flow().prepare(answers()).preflight.findings["service"]
    assert found.action is Action.UPDATE
    assert any("maximumPercent" in each.words for each in found.differences)
    definition = ecs.describe_task_definition(taskDefinition=NAME)["taskDefinition"]
    kept = ("family", "executionRoleArn", "taskRoleArn", "networkMode", "containerDefinitions")
    ecs.register_task_definition(
        **{name: definition[name] for name in kept},
        requiresCompatibilities=["FARGATE"],
        cpu="1024",
        memory="8192",
        tags=[{"key": "app", "value": "formae-agent"}],
    )
    ecs.update_service(cluster=NAME, service=NAME, taskDefinition=NAME)
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert read.answers["memory"] == "8 GB"
    assert [each.field for each in read.drift] == ["memory"]
    run(answers())
    (service,) = ecs.describe_services(cluster=NAME, services=[NAME])["services"]
    assert service["deploymentConfiguration"]["maximumPercent"] == 100
    assert deployed(Flow().snapshot("", REGION).call, REGION, "formae").answers["memory"] == "2048"


def test_a_service_that_was_scaled_to_none_is_started_again(standin: StandIn) -> None:
    running()
    client("ecs").update_service(cluster=NAME, service=NAME, desiredCount=0)
    prepared, _ = run(answers())
    assert prepared.preflight.findings["service"].action is Action.CREATE
    assert prepared.preflight.findings["address"].action is Action.KEEP
    assert get(f"{url()}/api/v1/health")[0] == 200


@pytest.mark.parametrize("kind", tail([(Kind.RESET,), (Kind.THROTTLED,), (Kind.INTERNAL,)]))
def test_ecs_may_stumble(standin: StandIn, kind: Kind) -> None:
    for each in ("CreateCluster", "RegisterTaskDefinition", "CreateService", "UpdateService"):
        standin.disturb(fault(kind, "ecs", each))
    run(answers())
    assert get(f"{url()}/api/v1/health")[0] == 200


def test_the_address_is_made_while_the_database_is() -> None:
    """It is not on the critical path, by the longest that each step usually takes."""
    plan = build(answers(), PlanInputs(account=ACCOUNT))
    seconds = {step.id: float(step.usual[1]) for step in plan.steps}
    whole = longest_path(plan, seconds)
    assert whole == longest_path(plan, {**seconds, "address": 0.0})
    assert whole > longest_path(plan, {**seconds, "instance": 0.0})


def test_the_cluster_carries_the_claim_of_a_run(standin: StandIn) -> None:
    flow = Flow()
    flow.run(flow.prepare(answers()), lambda _: None, threading.Event())
    made = next(call for call in standin.calls if call.operation == "CreateCluster")
    assert any(tag["key"] == "formae-wizard:run" for tag in made.params["tags"])
    (cluster,) = client("ecs").describe_clusters(clusters=[NAME], include=["TAGS"])["clusters"]
    tags = {tag["key"]: tag["value"] for tag in cluster["tags"]}
    assert tags["formae-wizard:run"] == "none"
