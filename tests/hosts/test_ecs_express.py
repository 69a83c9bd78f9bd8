"""An agent on ECS Express Mode: made, kept, changed, rotated and taken away."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from tests.corpus import ACCOUNT, REGION
from tests.hosts.ecs import answers as ecs_answers
from tests.hosts.ecs import destroyed, run, running, there
from tests.standin.gateway import living
from tests.standin.steps import get, until
from tests.support.standin import NewAccount, client, passes
from tests.support.tiers import second_tier, tail, unsampled_tier
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.events import StepState
from wizard.engine import rotation as rotate
from wizard.engine.account.deployments import deployments
from wizard.engine.account.read_answers import deployed
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.engine.preflight.offline import check
from wizard.engine.status.look import look
from wizard.hosts.ecs import roles
from wizard.hosts.host import host_of
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.standin.durations import BRIEF
from wizard.standin.faults import Fault, Kind, fault
from wizard.standin.server import StandIn

KEY, NAME = "ecs", "formae-express"
HEALTH, STATS = "/api/v1/health", "/api/v1/stats"


def answers(**given: str) -> Answers:
    return ecs_answers(KEY, **given)


def described() -> dict[str, Any]:
    """The service as Express tells it, with its newest configuration as `now`."""
    ecs = client("ecs")
    (plain,) = ecs.describe_services(cluster=NAME, services=[NAME])["services"]
    found = ecs.describe_express_gateway_service(serviceArn=plain["serviceArn"])["service"]
    return {**found, "now": found["activeConfigurations"][0]}


def url() -> str:
    return str(described()["now"]["ingressPaths"][0]["endpoint"])


def gone() -> bool:
    (found,) = client("ecs").describe_services(cluster=NAME, services=[NAME])["services"]
    return bool(found["status"] == "INACTIVE")


def changing() -> dict[str, Action]:
    found = Flow().prepare(answers()).preflight.findings
    return {key: each.action for key, each in found.items() if each.action.changes}


def failing(given: Answers, flow: Flow | None = None) -> WizardError:
    """What a run says of the service that it could not deploy."""
    flow = flow or Flow()
    outcome = flow.run(flow.prepare(given), lambda _: None, threading.Event())
    error = outcome.results["service"].error
    assert error is not None
    return error


def test_its_plan_is_sound_and_says_that_two_agents_run_for_a_while() -> None:
    plan = build(answers(), PlanInputs(account=ACCOUNT))
    assert check(plan) == []
    assert not {step.id for step in plan.steps} & {"repository", "image", "scaling"}
    service = plan.step("service")
    assert {"database", "infrastructure-role-inline", "linked-ecs"} <= service.after
    assert any("two agents run" in fit.effect for fit in service.fits)


def test_an_agent_is_made_kept_changed_and_taken_away(standin: StandIn) -> None:
    before = there()
    run(answers())
    assert get(url() + HEALTH)[0] == 200
    assert get(url() + STATS)[0] == 401
    calls = len(standin.calls)
    assert changing() == {}
    run(answers())
    assert {it.operation for it in standin.calls[calls:] if it.operation.startswith("Update")} == (
        set()
    )
    prepared, outcome = run(answers(memory="4"))
    found = prepared.preflight.findings["service"]
    assert found.action is Action.UPDATE
    assert [each.words for each in found.differences] == [
        "the service's settings: memory: 2048 → 4096"
    ]
    assert outcome.results["service"].state.ended
    sent = next(it for it in standin.calls if it.operation == "UpdateExpressGatewayService")
    assert sent.params["primaryContainer"]["secrets"]  # the whole container, or it would lose them
    assert described()["now"]["memory"] == "4096"
    assert get(url() + HEALTH)[0] == 200
    destroyed(answers())
    assert there() == before


@unsampled_tier
def test_it_is_found_read_back_and_its_password_rotated(standin: StandIn) -> None:
    running(host=KEY, cpu="2", memory="6")
    flow = Flow()
    call = flow.snapshot("", REGION).call
    (found,) = deployments(call, REGION).deployments
    assert found.service is not None
    assert (found.service.name, found.status) == (NAME, "ACTIVE")
    assert host_of(found.service.arn) == KEY
    read = deployed(call, REGION, "formae")
    assert (read.host, read.gaps, read.drift) == (KEY, (), ())
    assert {key: read.answers[key] for key in ("cpu", "memory", "image_version")} == {
        "cpu": "2048",
        "memory": "6144",
        "image_version": answers().image_version,
    }
    state, _ = look(flow, answers(), ACCOUNT, found)
    assert [each.what for each in state.gaps] == ["Current capacity and space used"]
    assert not state.drift
    assert state.agent is not None
    assert state.agent.health.status == 200
    assert [each.status for each in state.operations] == ["SUCCESSFUL"]
    assert any("Agent API listening" in line.text for line in state.logs)
    rotated()


def rotated() -> None:
    """Another API password: the agent is deployed again and takes it; its settings stay."""

    def password() -> str:
        value = client("secretsmanager").get_secret_value(SecretId="formae-api-creds")
        return str(json.loads(value["SecretString"])["password"])

    old, flow = password(), Flow()
    rotation = rotate.prepare(flow, answers(), rotate.Wish(api=True, database=False))
    assert not rotation.problems
    outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken
    assert get(url() + STATS, f"formae:{password()}")[0] == 200
    assert get(url() + STATS, f"formae:{old}")[0] == 401
    assert described()["now"]["memory"] == "6144"


@unsampled_tier
def test_it_speaks_postgresql_with_a_password_from_ecs(standin: StandIn) -> None:
    """Another database password deploys it again, for ECS reads secrets only then."""
    given = replace(answers(), datastore="postgres")
    run(given)
    assert get(url() + HEALTH)[0] == 200
    found = Flow().prepare(given).preflight.findings
    assert not [key for key, each in found.items() if each.action.changes]
    flow = Flow()
    rotation = rotate.prepare(flow, given, rotate.Wish(api=False, database=True))
    assert not rotation.problems
    outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken
    assert get(url() + HEALTH)[0] == 200
    destroyed(given)


@unsampled_tier
def test_two_agents_run_only_while_it_is_deployed(standin: StandIn) -> None:
    running(host=KEY)
    counts: list[int] = []
    advance = standin.ecs.advance

    def counted() -> None:
        advance()
        counts.append(living(standin))

    standin.ecs.advance = counted  # type: ignore[method-assign]
    run(answers(memory="4"))
    vars(standin.ecs).pop("advance")
    assert {*counts} == {1, 2}
    assert living(standin) == 1


@unsampled_tier
def test_a_version_that_does_not_start_is_rolled_back_and_says_why(standin: StandIn) -> None:
    running(host=KEY)
    error = failing(answers(image_version="0.99.9"))
    assert "ROLLBACK_SUCCESSFUL" in error.why
    assert "circuit breaker" in error.why
    assert "Stopped tasks: " in error.why
    assert "CannotPullContainerError" in error.why
    assert error.entry == "FW-ECS-003"
    assert get(url() + HEALTH)[0] == 200


@unsampled_tier
def test_callers_with_a_wrong_password_roll_a_deployment_back(standin: StandIn) -> None:
    running(host=KEY)
    address, advance = url(), standin.ecs.advance

    def besieged() -> None:
        advance()
        if any(each.deployments[0].under_way for each in standin.ecs.regions[REGION].services):
            threading.Thread(target=get, args=(address + STATS,), daemon=True).start()

    standin.ecs.advance = besieged  # type: ignore[method-assign]
    error = failing(answers(memory="4"))
    vars(standin.ecs).pop("advance")
    assert error.entry == "FW-ECS-002"
    assert "alarm" in error.why
    assert get(address + HEALTH)[0] == 200


@unsampled_tier
def test_what_failed_at_first_is_deployed_in_place_by_the_next_run(standin: StandIn) -> None:
    """The address stays: nothing is removed for a version that did not start."""
    assert "ROLLBACK_FAILED" in failing(answers(image_version="0.99.9")).why
    (found,) = client("ecs").describe_services(cluster=NAME, services=[NAME])["services"]
    run(answers())
    assert described()["createdAt"] == found["createdAt"]
    assert get(url() + HEALTH)[0] == 200


@unsampled_tier
def test_a_service_without_a_load_balancer_is_removed_and_created_again(standin: StandIn) -> None:
    standin.world.wedged_routes = 1
    run(answers())
    assert [
        it.operation
        for it in standin.calls
        if "ExpressGatewayService" in it.operation
        and (it.operation.startswith(("Create", "Delete")))
    ] == [
        "CreateExpressGatewayService",
        "DeleteExpressGatewayService",
        "CreateExpressGatewayService",
    ]
    assert get(url() + HEALTH)[0] == 200


@second_tier
def test_one_that_was_left_so_is_told_by_the_plan(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    standin.world.wedged_routes = 1
    standin.disturb(Fault(service="ecs", operation="DescribeServiceRevisions", meanwhile=stop.set))
    flow = Flow()
    assert flow.run(flow.prepare(answers()), lambda _: None, stop).interrupted
    assert changing().get("service") is not Action.REPLACE
    passes(600)
    assert changing()["service"] is Action.REPLACE
    run(answers())
    assert get(url() + HEALTH)[0] == 200


@unsampled_tier
def test_without_the_missing_permission_it_says_so_after_two_tries(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "LACKING", roles.LACKING[1:])
    error = failing(answers())
    assert error.entry == "FW-ECS-001"
    assert "load balancer" in error.why


@unsampled_tier
def test_new_roles_age_before_ecs_works_with_them(new_account: NewAccount) -> None:
    """With a database that is there at once, too."""
    standin = new_account(durations=BRIEF.times(1))
    run(answers())
    assert not [it for it in standin.calls if it.operation == "DeleteExpressGatewayService"]


@pytest.mark.parametrize(
    ("service", "operation"),
    tail([("ecs", "CreateExpressGatewayService"), ("iam", "CreateServiceLinkedRole")]),
)
def test_a_run_that_was_stopped_is_resumed(standin: StandIn, service: str, operation: str) -> None:
    stop = threading.Event()
    standin.disturb(Fault(service=service, operation=operation, meanwhile=stop.set))
    flow = Flow()
    assert flow.run(flow.prepare(answers()), lambda _: None, stop).interrupted
    run(answers())
    assert get(url() + HEALTH)[0] == 200


@unsampled_tier
def test_orders_whose_answer_is_lost_are_not_given_twice(standin: StandIn) -> None:
    for each in ("CreateCluster", "CreateExpressGatewayService"):
        standin.disturb(fault(Kind.LOST, "ecs", each))
    standin.disturb(fault(Kind.LOST, "iam", "CreateServiceLinkedRole"))
    run(answers())
    assert len(there()["services"]) == 1
    assert changing() == {}


@unsampled_tier
def test_what_somebody_changed_is_seen_and_restored(standin: StandIn) -> None:
    running(host=KEY)
    ecs, arn = client("ecs"), described()["serviceArn"]
    many = {"minTaskCount": 1, "maxTaskCount": 3}
    ecs.update_express_gateway_service(serviceArn=arn, scalingTarget=many, memory="8192")
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert [each.field for each in read.drift] == ["memory"]
    found = Flow().prepare(answers()).preflight.findings["service"]
    told = [each.words for each in found.differences]
    assert any("maxTaskCount: 3 → 1" in each for each in told)
    run(answers())
    assert described()["now"]["scalingTarget"]["maxTaskCount"] == 1
    assert described()["now"]["memory"] == "2048"
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "blue"}])
    seen = Flow().prepare(answers()).preflight.findings["service"]
    assert (seen.action, seen.theirs) == (Action.KEEP, ("tags: team",))


@unsampled_tier
def test_one_that_was_deleted_is_absent_and_one_that_is_leaving_is_waited_for(
    standin: StandIn,
) -> None:
    running(host=KEY)
    ecs, arn = client("ecs"), described()["serviceArn"]
    ecs.delete_express_gateway_service(serviceArn=arn)
    assert changing()["service"] is Action.REPLACE
    run(answers())
    assert get(url() + HEALTH)[0] == 200
    ecs.delete_express_gateway_service(serviceArn=arn)
    until(gone)
    assert changing()["service"] is Action.CREATE
    assert deployments(Flow().snapshot("", REGION).call, REGION).deployments[0].service is None


def test_a_standard_service_of_that_name_is_left_alone(standin: StandIn) -> None:
    running(host=KEY)
    ecs, arn = client("ecs"), described()["serviceArn"]
    definition = described()["now"]["taskDefinitionArn"]
    network = described()["now"]["networkConfiguration"]
    ecs.delete_express_gateway_service(serviceArn=arn)
    until(gone)
    ecs.create_service(
        cluster=NAME,
        serviceName=NAME,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network["subnets"]}},
    )
    problems = Flow().prepare(answers()).preflight.problems
    assert any("is a standard ECS service" in each.what for each in problems)


def test_a_service_that_a_person_made_is_listed(standin: StandIn) -> None:
    """After formae's documentation: in the cluster `default`, with the config in a secret."""
    running(host=KEY)
    ecs, now = client("ecs"), described()
    ecs.create_cluster()
    made = ecs.create_express_gateway_service(
        serviceName="formae-agent",
        infrastructureRoleArn=now["infrastructureRoleArn"],
        executionRoleArn=now["now"]["executionRoleArn"],
        primaryContainer=now["now"]["primaryContainer"],
        cpu="1024",
        memory="2048",
    )["service"]
    assert host_of(made["serviceArn"]) == KEY
    found = deployments(Flow().snapshot("", REGION).call, REGION).deployments
    assert {each.name for each in found} == {"formae"}


@unsampled_tier
def test_its_state_is_told_while_it_is_created(standin: StandIn) -> None:
    flow, states = Flow(), []

    def sink(event: Any) -> None:
        if getattr(event, "step", "") == "service" and hasattr(event, "state"):
            states.append((event.state, event.status))

    outcome = flow.run(flow.prepare(answers()), sink, threading.Event())
    assert outcome.ok
    assert (StepState.WAITING_ON_AWS, "IN_PROGRESS") in states
