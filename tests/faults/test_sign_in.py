"""A sign-in that ends in the middle: the run waits, says how to sign in again, and goes on."""

import threading
from typing import TYPE_CHECKING

import pytest

from tests.faults.runs import FIRST_KEY, SECOND_KEY, Run, sign_in
from tests.support.account import changes
from wizard.base.events import Called, Event, StepMoved, StepState
from wizard.engine.apply import context

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def is_held(event: Event) -> bool:
    return isinstance(event, StepMoved) and event.state is StepState.RETRYING


def test_it_goes_on_with_the_new_one(standin: "StandIn") -> None:
    sign_in()

    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.spent = {FIRST_KEY}
        if is_held(event):
            sign_in(SECOND_KEY)

    run = Run(heard)
    outcome = run()
    assert outcome.ok, outcome.errors
    assert standin.calls[-1].access_key == SECOND_KEY
    (note,) = run.held_up("instance")
    assert "the AWS sign-in has ended; AWS continues with what it has started" in note
    assert "Set new credentials in the AWS profile “work”." in note
    assert changes(standin).count("rds:CreateDBInstance") == 1
    states = [each.state for each in run.moves("instance")]
    assert states[-1] is StepState.DONE


def test_it_is_looked_at_once_where_somebody_says_so(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "SIGN_IN_EVERY", 1e6)
    sign_in()
    run = Run()

    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.spent = {FIRST_KEY}
        if is_held(event):
            assert isinstance(event, StepMoved)
            assert event.signed_out
            sign_in(SECOND_KEY)
            threading.Timer(0.5, run.flow.alarm.ring).start()

    run.heard = heard
    outcome = run()
    assert outcome.ok, outcome.errors


def test_nobody_signs_in_again(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "SIGN_IN_LIMIT", 20.0)
    sign_in()

    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.expired = True

    run = Run(heard)
    outcome = run()
    assert outcome.interrupted
    assert outcome.errors == [], "it is no failure"
    assert outcome.results["instance"].outputs or outcome.results["instance"].left
    standin.behaviour.expired = False
    assert Run()().ok


def test_the_environments_cannot_be_renewed_so_nobody_waits(standin: "StandIn") -> None:
    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.expired = True

    run = Run(heard, profile="")
    outcome = run()
    problems = dict(outcome.errors)
    assert "have expired" in problems["instance"].why
    assert run.held_up("instance") == []


def test_stopping_ends_the_waiting(standin: "StandIn") -> None:
    sign_in()
    run = Run()

    def heard(event: Event) -> None:
        if isinstance(event, Called) and event.text == "rds DescribeDBInstances":
            standin.behaviour.expired = True
        if is_held(event):
            run.stop.set()

    run.heard = heard
    outcome = run()
    assert outcome.interrupted
    assert outcome.errors == []
