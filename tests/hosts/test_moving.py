"""An agent moved from one host to another: one database, one password, never two agents at once."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.corpus import ACCOUNT, REGION
from tests.faults.matrix.cases import Case, Death
from tests.faults.matrix.mortal import Fate, Killed, MortalFlow
from tests.hosts import ecs
from tests.standin.steps import get
from tests.support import made
from tests.support.standin import client
from tests.support.tiers import second_tier, tail, unsampled, unsampled_tier
from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.names import Names
from wizard.engine.account.deployments import deployments
from wizard.engine.account.read_answers import deployed
from wizard.engine.apply.job import apply_job
from wizard.engine.destroy.teardown import unfinished
from wizard.engine.drift import DriftDecision
from wizard.engine.flow import Flow
from wizard.engine.job import End, end
from wizard.engine.plan_report import foresee
from wizard.engine.resume import demanded
from wizard.engine.resume import left as left_to_resume
from wizard.hosts.host import host, host_of, serving
from wizard.journal.lock import KEY
from wizard.local.image.names import REGISTRY_VARIABLE
from wizard.plan.inputs import Choices
from wizard.standin.faults import Fault, Kind, fault
from wizard.standin.server import StandIn
from wizard.ui.common.plan_text import plan_text

APPRUNNER, GATEWAY, EXPRESS = "apprunner", "ecs-gateway", "ecs"
pytestmark = pytest.mark.usefixtures("agents")


def answers(host: str = APPRUNNER, **given: str) -> Answers:
    return made.answers({"region": REGION, "client_config": "no", "host": host, **given})


@pytest.fixture
def agents(standin: StandIn) -> Iterator[list[int]]:
    """How many agents ran, at every call; never two."""
    counts = ecs.agents_counted(standin)
    yield counts
    assert max(counts) == 1


def password() -> str:
    value = client("secretsmanager").get_secret_value(SecretId="formae-api-creds")
    return str(json.loads(value["SecretString"])["password"])


def address() -> str:
    """Where the one agent that runs answers, as AWS tells it, without the scheme."""
    found = serving(Flow().snapshot("", REGION).call, "formae")
    assert found is not None
    described = host(host_of(found.arn)).described(Flow().snapshot("", REGION).call, found.arn)
    assert described is not None
    assert described.running
    return described.url.removeprefix("https://")


def answered(url: str, given: str) -> bool:
    """Whether the agent there refuses strangers, and takes that password."""
    stats = f"{url}/api/v1/stats"
    return (get(stats)[0], get(stats, f"formae:{given}")[0]) == (401, 200)


def applied(given: Answers, was: Answers | None = None, flow: Flow | None = None) -> End:
    """As any face runs it, with what has to be done about a failure."""
    flow = flow or Flow()
    prepared = flow.prepare(given, decision=DriftDecision(deployed=was))
    assert not prepared.preflight.problems
    job = apply_job(flow, prepared)
    outcome = job.work(lambda _: None, threading.Event())
    return end(job, outcome, lambda due: due.work(lambda _: None, threading.Event()))


def well(given: Answers) -> End:
    ended = applied(given)
    assert ended.outcome.ok, ended.outcome.errors
    return ended


def left() -> dict[str, list[Any]]:
    """What the account has of App Runner and of ECS."""
    runner = client("apprunner")
    scalings = runner.list_auto_scaling_configurations()["AutoScalingConfigurationSummaryList"]
    named = [each["AutoScalingConfigurationName"] for each in scalings]
    return {
        **ecs.there(),
        "apprunner": runner.list_services()["ServiceSummaryList"],
        "scalings": [each for each in named if each.startswith("formae")],
    }


def assert_as(now: dict[str, list[Any]], before: dict[str, list[Any]]) -> None:
    """The same, but for the security group that the database keeps: it lets nobody in."""
    assert {*now["groups"]} <= {"formae-db"}
    assert {key: len(each) for key, each in (now | {"groups": []}).items()} == {
        key: len(each) for key, each in before.items()
    }


def test_it_says_all_of_it_beforehand(standin: StandIn) -> None:
    well(answers())
    foreseen = foresee(Flow().prepare(answers(GATEWAY), decision=DriftDecision(deployed=answers())))
    told = " ".join(plan_text(foreseen).split())
    assert "~ Agent on App Runner the agent's service: RUNNING → PAUSED Downtime: no agent" in told
    assert "If it does not start, the one on App Runner is started again." in told
    assert "Leave the other host − ECR repository (App Runner)" in told
    assert "Cost: now about $63.02 a month idle; after this about $117.91" in told
    places = [row.step.id for row in foreseen.rows]
    order = ["gateway", "address", "apprunner-stopped", "service", "accepts", "apprunner-service"]
    assert sorted(order, key=places.index) == order


CHAINS = [(GATEWAY, EXPRESS, APPRUNNER), (EXPRESS, GATEWAY, APPRUNNER)]


@pytest.mark.parametrize("chain", tail([(each,) for each in CHAINS]))
def test_it_moves_from_host_to_host_and_leaves_nothing(
    standin: StandIn, chain: tuple[str, ...]
) -> None:
    """Also where AWS's answer is lost, and it refuses an order that it is carrying out already."""
    before = left()
    well(answers())
    first, old = password(), APPRUNNER
    for order in (("apprunner", "PauseService"), ("ecs", "DeleteExpressGatewayService")):
        standin.disturb(fault(Kind.LOST, *order))
    for key in chain:
        well(answers(key))
        assert password() == first
        assert answered(address(), first)
        gone = Names("formae", old)
        there = left()
        assert not {*gone.roles.values()} & {*there["roles"]}
        assert (key == APPRUNNER) is bool(there["apprunner"])
        assert len(there["services"]) == len(there["clusters"]) == (key != APPRUNNER)
        again = Flow().prepare(answers(key)).preflight.findings
        assert not {step: each.differs for step, each in again.items() if each.action.changes}
        old = key
    assert not any(each.times for each in standin.behaviour.faults)
    ecs.destroyed(answers())
    assert left() == before


@second_tier
def test_where_the_new_agent_does_not_start_the_old_one_is_started_again(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    well(answers())
    monkeypatch.setenv(REGISTRY_VARIABLE, "http://127.0.0.1:9")  # who asks it knows beforehand
    first, before, url = password(), left(), address()
    ended = applied(answers(GATEWAY, image_version="0.99.9", max_capacity="4"), answers())
    assert ended.code is ExitCode.FAILED
    assert [step for step, _ in ended.outcome.errors] == ["service"]
    assert ended.followed_up is not None
    assert ended.followed_up.ok, ended.followed_up.errors
    told = " ".join(ended.lines)
    assert "The agent runs on App Runner as before; nothing is left of the move." in told
    assert "Try again: formae-wizard apply --yes" in told
    assert password() == first
    assert address() == url
    assert answered(url, first)
    assert_as(left(), before)
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 2
    again = Flow().prepare(answers())
    assert not [key for key, f in again.preflight.findings.items() if f.action.changes]


@unsampled_tier
def test_what_fails_before_the_old_agent_is_stopped_leaves_it_alone(standin: StandIn) -> None:
    well(answers())
    first, url = password(), address()
    standin.disturb(fault(Kind.DENIED, "ecs", "CreateGateway"))
    ended = applied(answers(GATEWAY))
    assert ended.followed_up is None
    assert "Move the agent back to App Runner: formae-wizard apply" in " ".join(ended.lines)
    assert answered(url, first)
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert read.host == "apprunner"
    well(answers())
    assert answered(url, first)
    assert not left()["clusters"]


POINTS = [
    ("apprunner", "PauseService", Death.BEFORE),
    ("apprunner", "PauseService", Death.AFTER),
    ("ecs", "UpdateService", Death.AFTER),
    ("apprunner", "DeleteService", Death.AFTER),
    ("ecr", "DeleteRepository", Death.BEFORE),
]
FIRST = 1


def killed(case: Case, to: str) -> None:
    flow = MortalFlow()
    prepared = flow.prepare(answers(to))
    flow.fate = Fate(case)
    with pytest.raises(Killed):
        flow.run(prepared, lambda _: None, threading.Event())


def goes_on(case: Case) -> None:
    """An agent on App Runner is moved behind a gateway, killed on the way, and moved again."""
    well(answers())
    first = password()
    killed(case, GATEWAY)
    call = Flow().snapshot("", REGION).call
    (found,) = deployments(call, REGION).deployments
    assert not found.moving or "its move between hosts is not finished: App Runner" in found.words
    assert not deployed(call, REGION, "formae").gaps
    run = left_to_resume({})
    assert run is not None
    assert demanded({}, ()).answers["host"] == GATEWAY
    well(answers(GATEWAY))
    assert answered(address(), first)
    assert password() == first
    there = left()
    assert not there["apprunner"] + there["repositories"] + there["scalings"]
    assert not [each for each in there["roles"] if "apprunner" in each]


@pytest.mark.parametrize(
    ("service", "operation", "death"),
    [
        pytest.param(*point, marks=[] if place < FIRST else unsampled)
        for place, point in enumerate(POINTS)
    ],
)
def test_a_move_that_is_killed_goes_on(
    standin: StandIn, service: str, operation: str, death: Death
) -> None:
    goes_on(Case(service, operation, 1, death))


@second_tier
def test_a_move_that_is_killed_goes_back(standin: StandIn) -> None:
    well(answers())
    first, before, url = password(), left(), address()
    killed(Case("ecs", "UpdateService", 1, Death.BEFORE), GATEWAY)
    assert ecs.agents_running(standin) == 0
    assert deployed(Flow().snapshot("", REGION).call, REGION, "formae").host == APPRUNNER
    with pytest.raises(WizardError, match="moves formae from one host to another"):
        unfinished(Flow(), answers(), Choices(), data=False)
    well(answers())
    assert address() == url
    assert answered(url, first)
    assert_as(left(), before)


@unsampled_tier
def test_an_unfinished_move_is_destroyed_whole(standin: StandIn) -> None:
    before = left()
    well(answers())
    killed(Case("ecs", "UpdateService", 1, Death.AFTER), GATEWAY)
    ecs.destroyed(answers())
    assert left() == before


@unsampled_tier
def test_both_hosts_say_whose_run_moves_it(standin: StandIn) -> None:
    """Whoever works on it from either side is refused."""
    well(answers())
    told: dict[str, str] = {}
    region = f"arn:aws:{{}}:{REGION}:{ACCOUNT}"
    places = {
        "ecr": f"{region.format('ecr')}:repository/formae",
        "ecs": f"{region.format('ecs')}:cluster/formae-agent",
    }

    def look() -> None:
        for service, arn in places.items():
            tags = client(service).list_tags_for_resource(resourceArn=arn)["tags"]
            known = {each.get("Key", each.get("key")): str(each) for each in tags}
            told[service] = known[KEY]

    standin.disturb(Fault(service="apprunner", operation="PauseService", meanwhile=look))
    well(answers(GATEWAY))
    assert all("verb=apply" in each for each in told.values())
    assert len(told) == len(places)
