"""What a stopped run leaves, and how it goes on from there; on the stand-in."""

import shlex
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS
from tests.support.account import changes
from tests.support.made import answers, plan
from wizard.answers.model import Answers, Source
from wizard.answers.questions import QUESTIONS, Detected
from wizard.answers.resolving import collect
from wizard.base.events import Called, Event, StepMoved, StepState
from wizard.cli.main import parser
from wizard.cli.options import draft_of
from wizard.engine.apply import Outcome, Residue
from wizard.engine.flow import Flow
from wizard.engine.resume import existing, resume_command, still_going, would_go_on

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.fixture
def account(standin: "StandIn") -> "StandIn":
    return standin


def run(chosen: Answers, when: Callable[[Event], bool]) -> tuple[Outcome, list[Event]]:
    """A run that is stopped at the first event of that kind."""
    flow, stop, heard = Flow(), threading.Event(), list[Event]()
    prepared = flow.prepare(chosen)

    def sink(event: Event) -> None:
        heard.append(event)
        if when(event):
            stop.set()

    return flow.run(prepared, sink, stop), heard


def waits(step: str) -> Callable[[Event], bool]:
    return lambda event: (
        isinstance(event, StepMoved)
        and event.step == step
        and event.state is StepState.WAITING_ON_AWS
    )


def test_aws_goes_on_with_what_was_waited_for(account: "StandIn") -> None:
    chosen = answers(CORPUS["defaults"])
    outcome, heard = run(chosen, waits("instance"))
    assert outcome.interrupted
    assert outcome.results["instance"].left is Residue.GOING
    made = plan(CORPUS["defaults"])
    assert {"Aurora cluster", "Aurora instance"} <= set(existing(outcome, made))
    assert "App Runner service" not in existing(outcome, made)
    (going,) = still_going(outcome, made, "dev")
    assert going.words == "Aurora instance (creating)"
    assert going.ask.startswith("aws rds describe-db-instances --db-instance-identifier formae-db-")
    last = [event for event in heard if isinstance(event, StepMoved) and event.step == "instance"]
    assert last[-1].words == "creating · AWS is still working on it"
    again, _ = run(chosen, lambda _: False)
    assert again.ok
    assert changes(account).count("rds:CreateDBInstance") == 1


def test_the_service_goes_on_too_and_tells_its_arn(account: "StandIn") -> None:
    outcome, _ = run(answers(CORPUS["defaults"]), waits("service"))
    (going,) = still_going(outcome, plan(CORPUS["defaults"]))
    assert going.step == "service"
    assert "--service-arn arn:aws:apprunner:" in going.ask


def test_what_was_ordered_but_not_seen_yet_is_there(account: "StandIn") -> None:
    outcome, _ = run(
        answers(CORPUS["defaults"]),
        lambda event: isinstance(event, Called) and event.text == "rds CreateDBCluster",
    )
    assert outcome.results["cluster"].left is Residue.THERE
    assert "Aurora cluster" in existing(outcome, plan(CORPUS["defaults"]))
    assert still_going(outcome, plan(CORPUS["defaults"])) == []


def test_a_failed_order_leaves_nothing(account: "StandIn") -> None:
    account.fail("rds", "CreateDBCluster", "Nope", "no", times=9)
    outcome, heard = run(answers(CORPUS["defaults"]), lambda _: False)
    assert outcome.results["cluster"].left is Residue.NOTHING
    assert "Aurora cluster" not in existing(outcome, plan(CORPUS["defaults"]))
    (failed,) = [e for e in heard if isinstance(e, StepMoved) and e.state is StepState.FAILED]
    assert failed.problem is outcome.results["cluster"].error


def test_events_tell_outputs_and_when_it_is_tried_again(account: "StandIn") -> None:
    account.fail("rds", "CreateDBCluster", "InvalidDBClusterStateFault", "busy", times=1)
    outcome, heard = run(answers(CORPUS["defaults"]), lambda _: False)
    assert outcome.ok
    moved = [event for event in heard if isinstance(event, StepMoved)]
    (retry,) = [
        each for each in moved if each.state is StepState.RETRYING and each.step == "cluster"
    ]
    assert retry.retry_in == 15
    outputs = {each.step: each.outputs for each in moved if each.state.ended}
    assert outputs["service"]["arn"].startswith("arn:aws:apprunner:")
    assert outputs == {step: result.outputs for step, result in outcome.results.items()}


def test_what_would_go_on_is_known_before_stopping() -> None:
    made = plan(CORPUS["defaults"])
    states = {
        "instance": StepState.WAITING_ON_AWS,
        "data-api": StepState.WAITING_ON_AWS,
        "health": StepState.WAITING_ON_AWS,
        "service": StepState.WORKING,
    }
    assert would_go_on(made, states) == ["Aurora instance"]


@pytest.mark.parametrize("name", CORPUS)
def test_the_command_that_goes_on_means_the_same_answers(name: str) -> None:
    chosen = answers(CORPUS[name])
    words = shlex.split(resume_command(chosen))
    assert words[:3] == ["formae-wizard", "apply", "--yes"]
    again = collect(draft_of(parser().parse_args(words[1:])), Detected()).answers()
    for question in QUESTIONS:
        assert again.values[question.key] == chosen.values[question.key], question.key


def test_the_command_leaves_out_defaults_and_names_no_password() -> None:
    typed = {"region": "eu-west-1", "tags": "a=x y", "policy_arns": "not asked for"}
    chosen = collect({Source.TYPED: typed}, Detected()).answers()
    assert resume_command(chosen, own_password=True) == (
        "formae-wizard apply --yes --region eu-west-1 --tags 'a=x y' --api-password-file FILE"
    )
