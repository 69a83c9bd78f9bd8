"""What passes is waited for and told; what does not stops its step at once, and no other."""

from typing import TYPE_CHECKING

import pytest

from tests.faults.runs import Run, sign_in
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import client, passes
from tests.support.tiers import tail
from wizard.base.events import StepState
from wizard.engine.apply import context
from wizard.standin.faults import Fault, Kind, fault

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.fixture
def run(standin: "StandIn") -> Run:
    sign_in()
    return Run()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.THROTTLED, "AWS is throttling this account; try 2 in 1 s"),
        *tail(
            [
                (Kind.INTERNAL, "AWS has a problem; try 2 in 1 s"),
                (Kind.RESET, "AWS did not answer; try 2 in 1 s"),
            ]
        ),
    ],
)
def test_it_is_told_with_its_budget(standin: "StandIn", run: Run, kind: Kind, words: str) -> None:
    standin.disturb(fault(kind, "ecr", "CreateRepository", times=2))
    outcome = run()
    assert outcome.ok, outcome.errors
    first, second = run.held_up("repository")
    assert first.startswith(words)
    assert first.endswith("for up to 10 more minutes")
    assert "try 3 in" in second
    told = [each for each in run.moves("repository") if each.state is StepState.RETRYING]
    assert all(each.retry_in and 0 < each.retry_in <= 20 for each in told)


def test_after_it_the_step_stands_where_it_stood(standin: "StandIn", run: Run) -> None:
    standin.disturb(fault(Kind.THROTTLED, "rds", "DescribeDBInstances", nth=4))
    assert run().ok
    states = [(each.state, each.status) for each in run.moves("instance")]
    at = states.index((StepState.RETRYING, "creating"))
    assert states[at - 1] == states[at + 1] == (StepState.WAITING_ON_AWS, "creating")


def test_what_cannot_be_given_twice_is_not(standin: "StandIn", run: Run) -> None:
    """App Runner makes another revision of the same name, without a word."""
    standin.disturb(fault(Kind.LOST, "apprunner", "CreateAutoScalingConfiguration"))
    outcome = run()
    assert outcome.ok
    assert outcome.results["scaling"].state is StepState.DONE
    assert changes(standin).count("apprunner:CreateAutoScalingConfiguration") == 1


def test_one_order_has_one_token(standin: "StandIn", run: Run) -> None:
    standin.disturb(fault(Kind.THROTTLED, "secretsmanager", "CreateSecret", times=1))
    standin.disturb(fault(Kind.RESET, "secretsmanager", "CreateSecret", times=2))
    assert run().ok
    asked = [call.params for call in standin.calls if call.operation == "CreateSecret"]
    tokens = {(each["Name"], each["ClientRequestToken"]) for each in asked}
    assert len(asked) == 6
    assert len(tokens) == 3


def test_a_refusal_is_not_asked_again_and_stops_only_what_needs_it(
    standin: "StandIn", run: Run
) -> None:
    standin.disturb(fault(Kind.DENIED, "rds", "CreateDBCluster", times=9))
    outcome = run()
    ((step, problem),) = outcome.errors
    assert step == "cluster"
    assert "You lack a permission" in problem.why
    assert changes(standin).count("rds:CreateDBCluster") == 1
    assert run.held_up("cluster") == []
    assert outcome.results["instance"].state is StepState.SKIPPED
    assert outcome.results["image"].state is StepState.DONE


def test_the_budget_ends(standin: "StandIn", run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "BUDGET", 60.0)
    standin.disturb(fault(Kind.THROTTLED, "ecr", "CreateRepository", times=1000))
    ((step, problem),) = run().errors
    assert step == "repository"
    assert "AWS is throttling" in problem.why
    assert "Rate exceeded" in problem.why
    assert 3 <= len(run.held_up("repository")) <= 30


def test_a_network_that_is_gone_is_told_as_that(
    standin: "StandIn", run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "BUDGET", 60.0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ((step, problem),) = [each for each in run().errors if each[0] == "account"]
    assert problem.what == "AWS cannot be reached."
    assert all(note.startswith("AWS cannot be reached; try") for note in run.held_up(step))


def test_stopping_ends_the_waiting(standin: "StandIn", run: Run) -> None:
    standin.disturb(fault(Kind.THROTTLED, "ecr", "CreateRepository", times=100000))

    def stop_when_held(event: object) -> None:
        if run.held_up("repository"):
            run.stop.set()

    run.heard = stop_when_held
    outcome = run()
    assert outcome.interrupted
    assert outcome.errors == []
    assert client("ecr").describe_repositories()["repositories"] == []


def test_a_machine_that_stood_still_has_not_waited(standin: "StandIn", command: Command) -> None:
    """A lid is closed in the middle of a look, for longer than the step is waited for."""
    look = Fault(service="logs", operation="FilterLogEvents", meanwhile=lambda: passes(45 * 60))
    standin.disturb(look)
    end = command.apply()
    assert look.times == 0, "it was closed"
    assert end.code == 0, end.err
