"""An agent on ECS behind a gateway: made, kept, changed and taken away, with one agent at most."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.corpus import ACCOUNT, REGION
from tests.hosts.ecs import KEY, NAME, answers, destroyed, run, running, there, url
from tests.standin.gateway import allow
from tests.standin.steps import get
from tests.support.standin import NewAccount, client
from tests.support.tiers import tail, unsampled_tier
from wizard.base.events import StepState
from wizard.engine import rotation as rotate
from wizard.engine.account.deployments import deployments
from wizard.engine.account.read_answers import deployed
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.engine.preflight.offline import check
from wizard.engine.status.look import look
from wizard.hosts.ecs import roles
from wizard.hosts.ecs_gateway.gateway import let_in
from wizard.journal import lock
from wizard.journal.lock import Claim
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.standin.durations import BRIEF
from wizard.standin.faults import Fault, Kind, fault
from wizard.standin.server import StandIn

pytestmark = pytest.mark.usefixtures("most")


def test_its_plan_is_sound_and_copies_no_image() -> None:
    plan = build(answers(), PlanInputs(account=ACCOUNT))
    assert check(plan) == []
    ids = {step.id for step in plan.steps}
    assert not ids & {"repository", "image", "scaling", "access-role"}
    assert plan.steps.index(plan.step("address")) < plan.steps.index(plan.step("service"))
    assert "database" not in plan.step("address").after
    assert "database" in plan.step("service").after


def test_an_agent_is_made_kept_changed_and_taken_away(standin: StandIn) -> None:
    before = there()
    run(answers())
    assert get(f"{url()}/api/v1/health")[0] == 200
    assert get(f"{url()}/api/v1/stats")[0] == 401
    again = Flow().prepare(answers())
    changing = {k: f for k, f in again.preflight.findings.items() if f.action.changes}
    assert not changing, {k: (f.action, f.differences) for k, f in changing.items()}
    prepared, outcome = run(answers(memory="4"))
    actions = {key: each.action for key, each in prepared.preflight.findings.items()}
    changed = {key for key, action in actions.items() if action.changes}
    assert {"task-definition", "service"} <= changed
    assert actions["task-definition"] is Action.UPDATE
    assert outcome.results["service"].state.ended
    (task,) = client("ecs").list_tasks(cluster=NAME)["taskArns"]
    (found,) = client("ecs").describe_tasks(cluster=NAME, tasks=[task])["tasks"]
    assert found["memory"] == "4096"
    assert get(f"{url()}/api/v1/health")[0] == 200
    destroyed(answers())
    assert there() == before


@unsampled_tier
def test_orders_whose_answer_is_lost_are_not_given_twice(standin: StandIn) -> None:
    orders = ("CreateCluster", "CreateGateway", "RegisterTaskDefinition", "CreateService")
    for each in (*orders, "UpdateService", "AssociateGatewayWithCluster"):
        standin.disturb(fault(Kind.LOST, "ecs", each))
    standin.disturb(fault(Kind.LOST, "ec2", "CreateSecurityGroup"))
    standin.disturb(fault(Kind.LOST, "logs", "CreateLogGroup"))
    run(answers())
    assert get(f"{url()}/api/v1/health")[0] == 200
    found = there()
    assert len(found["definitions"]) == len(found["clusters"]) == len(found["gateways"]) == 1
    again = Flow().prepare(answers())
    assert not [k for k, f in again.preflight.findings.items() if f.action.changes]


def test_it_is_found_read_back_and_its_password_rotated(standin: StandIn) -> None:
    running(cpu="2", memory="6")
    flow = Flow()
    call = flow.snapshot("", REGION).call
    (found,) = deployments(call, REGION).deployments
    assert found.service is not None
    assert (found.service.name, found.status) == (NAME, "ACTIVE")
    read = deployed(call, REGION, "formae")
    assert read.host == KEY
    assert not read.gaps
    assert {key: read.answers[key] for key in ("cpu", "memory", "image_version")} == {
        "cpu": "2048",
        "memory": "6144",
        "image_version": answers().image_version,
    }
    assert not read.drift
    claim_is_told(found.service.arn)
    state, _ = look(flow, answers(), ACCOUNT, found)
    assert [each.what for each in state.gaps] == ["Current capacity and space used"]
    assert not state.drift
    assert state.agent is not None
    assert state.agent.health.status == 200
    assert [each.status for each in state.operations][:1] == ["SUCCESSFUL"]
    assert any("Agent API listening" in line.text for line in state.logs)
    rotated(standin)


def claim_is_told(service: str) -> None:
    """Another machine's run says on the cluster that it is at work."""
    now = datetime.now(UTC)
    claim = Claim(
        run="r", mark="", user="ada", host="elsewhere", pid=7, verb="apply", since=now, seen=now
    )
    cluster = service.replace(":service/", ":cluster/").rpartition("/")[0]
    tag = {"key": lock.KEY, "value": lock.written(claim)}
    client("ecs").tag_resource(resourceArn=cluster, tags=[tag])
    (found,) = deployments(Flow().snapshot("", REGION).call, REGION).deployments
    assert found.claim is not None
    assert found.claim.user == "ada"
    client("ecs").untag_resource(resourceArn=cluster, tagKeys=[lock.KEY])


def rotated(standin: StandIn) -> None:
    """Another API password: the agent is deployed anew and takes it."""

    def password() -> str:
        value = client("secretsmanager").get_secret_value(SecretId="formae-api-creds")
        return str(json.loads(value["SecretString"])["password"])

    old, flow = password(), Flow()
    rotation = rotate.prepare(flow, answers(), rotate.Wish(api=True, database=False))
    assert not rotation.problems
    outcome = rotate.run(flow, rotation, rotation.plan, lambda _: None, threading.Event())
    broken = {key: each.error for key, each in outcome.results.items() if each.error}
    assert outcome.ok, broken
    assert password() != old
    assert get(f"{url()}/api/v1/stats", f"formae:{password()}")[0] == 200
    assert get(f"{url()}/api/v1/stats", f"formae:{old}")[0] == 401


def test_a_version_that_does_not_start_is_taken_back_and_told(standin: StandIn) -> None:
    running()
    flow = Flow()
    prepared = flow.prepare(answers(image_version="0.99.9"))
    outcome = flow.run(prepared, lambda _: None, threading.Event())
    assert not outcome.ok
    error = outcome.results["service"].error
    assert error is not None
    assert "ROLLBACK_SUCCESSFUL" in error.why
    assert get(f"{url()}/api/v1/health")[0] == 200


def test_a_new_role_is_let_age_before_ecs_works_with_it(new_account: NewAccount) -> None:
    """Without it ECS would meet a refusal that it never tries again: the address never comes."""
    quick = replace(BRIEF, cluster_create=1.0, instance_create=1.0, gateway_trust=30.0)
    new_account(durations=quick)
    run(answers())
    assert get(f"{url()}/api/v1/health")[0] == 200


@unsampled_tier
def test_an_address_that_could_not_be_made_is_made_again(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(roles, "LACKING", roles.LACKING[1:])
        flow = Flow()
        outcome = flow.run(flow.prepare(answers()), lambda _: None, threading.Event())
    error = outcome.results["address"].error
    assert error is not None
    assert "not authorized to perform: ec2:DescribeAccountAttributes" in error.why
    assert outcome.results["service"].state is StepState.SKIPPED
    prepared, _ = run(answers())
    assert prepared.preflight.findings["address"].action is Action.REPLACE
    assert get(f"{url()}/api/v1/health")[0] == 200


def test_who_is_let_in_changes_in_place(standin: StandIn) -> None:
    caller = f"{standin.world.caller}/32"
    run(answers(allow_cidr=f"{caller},2001:db8::/32"))
    assert get(f"{url()}/api/v1/health")[0] == 200
    (first,) = client("ecs").list_tasks(cluster=NAME)["taskArns"]
    prepared, _ = run(answers(allow_cidr=f"{caller},203.0.113.0/24"))
    changed = {k: f.action for k, f in prepared.preflight.findings.items() if f.action.changes}
    assert {k: a for k, a in changed.items() if k != "config-secret"} == {
        "inbound-rule-2": Action.CREATE,
        "inbound-rule-old-1": Action.DELETE,
    }
    call = Flow().snapshot("", REGION).call
    assert sorted(let_in(call, NAME)) == sorted([caller, "203.0.113.0/24"])
    assert client("ecs").list_tasks(cluster=NAME)["taskArns"] == [first]
    read = deployed(call, REGION, "formae")
    assert set(read.answers["allow_cidr"].split(",")) == {caller, "203.0.113.0/24"}
    assert not read.drift
    flow = Flow()
    outcome = flow.run(
        flow.prepare(answers(allow_cidr="203.0.113.0/24")),
        lambda _: None,
        threading.Event(),
    )
    assert outcome.results["health"].error is not None  # whoever sets it up is outside themselves


@pytest.mark.parametrize(
    ("service", "operation"),
    tail([("iam", "PutRolePolicy"), ("ecs", "UpdateService"), ("ecs", "CreateService")]),
)
def test_a_run_that_was_stopped_goes_on(standin: StandIn, service: str, operation: str) -> None:
    stop = threading.Event()
    standin.disturb(Fault(service=service, operation=operation, meanwhile=stop.set))
    flow = Flow()
    outcome = flow.run(flow.prepare(answers()), lambda _: None, stop)
    assert outcome.interrupted
    run(answers())
    assert get(f"{url()}/api/v1/health")[0] == 200


@unsampled_tier
def test_what_others_let_in_stays_and_is_told(standin: StandIn) -> None:
    running()
    ec2 = client("ec2")
    named = [{"Name": "group-name", "Values": [f"{NAME}-inbound"]}]
    (group,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    allow(group["GroupId"], "192.0.2.0/24")
    finding = Flow().prepare(answers()).preflight.findings["inbound-group"]
    assert not finding.action.changes
    assert finding.theirs == ("callers: 192.0.2.0/24",)
