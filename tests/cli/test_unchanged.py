"""A deployment that is as wanted: how often AWS is asked, and that nothing is written."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes, changing, claiming, service
from tests.support.command import Command
from tests.support.made import answers
from tests.support.standin import ACCOUNT, REGION, client
from wizard import journal
from wizard.base.events import Event, StepMoved, StepState
from wizard.engine.flow import Flow, Prepared
from wizard.journal import End, Head

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PLAN_CALLS = 42
APPLY_CALLS = 48


@pytest.fixture
def deployed(standin: "StandIn", command: Command) -> "StandIn":
    command.deployed()
    return standin


def journals(home: Path) -> list[Path]:
    return sorted(home.rglob("journal/*.jsonl"))


def test_a_plan_asks_each_question_once(deployed: "StandIn", command: Command) -> None:
    for words in (["plan"], ["plan", "--accept", "all"], ["status"], ["doctor"]):
        before = len(deployed.calls)
        end = command(*words, "--region", REGION)
        assert end.code == 0, end.err
        made = deployed.calls[before:]
        asked = Counter((str(each), each.region, str(each.params)) for each in made)
        assert {key: times for key, times in asked.items() if times > 1} == {}, words
        assert 20 < len(made) <= PLAN_CALLS, words


def test_an_apply_proves_it_and_writes_nothing(
    deployed: "StandIn", command: Command, home: Path
) -> None:
    before, written = len(deployed.calls), journals(home)
    end = command("apply", "--yes", "--json", "--region", REGION)
    assert end.code == 0, end.err
    made = deployed.calls[before:]
    assert 20 < len(made) <= APPLY_CALLS
    assert [str(each) for each in made if changing(each) or claiming(each)] == []
    assert journals(home) == written
    states = {each["step"]: each["state"] for each in end.lines if each["type"] == "step"}
    assert set(states.values()) == {StepState.KEPT.value, StepState.DONE.value}
    done = {step for step, state in states.items() if state == StepState.DONE.value}
    assert done >= {"health", "refuses"}
    assert end.lines[-1]["data"]["changed"] == []


def test_a_change_claims_and_keeps_a_journal(
    deployed: "StandIn", command: Command, home: Path
) -> None:
    before, written = len(deployed.calls), journals(home)
    end = command("apply", "--yes", "--region", REGION, "--cpu", "2048", "--memory", "4096")
    assert end.code == 0, end.err
    made = deployed.calls[before:]
    assert claiming(next(each for each in made if claiming(each) or changing(each)))
    assert len(journals(home)) == len(written) + 1


def prepared(flow: Flow) -> Prepared:
    found = flow.prepare(answers({"region": REGION}))
    assert not found.preflight.problems
    return found


def run(flow: Flow, found: Prepared) -> tuple[list[str], list[Event]]:
    """The steps that changed something, and what was heard."""
    heard: list[Event] = []
    outcome = flow.run(found, heard.append, threading.Event())
    assert outcome.ok, outcome.errors
    return [each for each, it in outcome.results.items() if it.state is StepState.CHANGED], heard


def test_a_change_that_comes_due_after_the_check_is_made_by_a_run_that_holds_it(
    deployed: "StandIn", command: Command, home: Path
) -> None:
    flow = Flow(remembers=True)
    found, written = prepared(flow), journals(home)
    runner, arn = client("apprunner"), service()["ServiceArn"]
    size = {"Cpu": "4096", "Memory": "8192"}
    runner.update_service(ServiceArn=arn, InstanceConfiguration=size)
    before = len(deployed.calls)
    changed, heard = run(flow, found)
    assert changed == ["service"]
    assert service()["InstanceConfiguration"]["Cpu"] != "4096"
    made = deployed.calls[before:]
    written_by_us = [each for each in made if claiming(each) or changing(each)]
    assert [claiming(each) for each in written_by_us] == [True, False, True]
    assert len(journals(home)) == len(written) + 1
    assert StepState.SKIPPED not in {each.state for each in heard if isinstance(each, StepMoved)}


def test_what_was_found_long_ago_is_looked_at_again(deployed: "StandIn", command: Command) -> None:
    flow = Flow(remembers=True)
    found = prepared(flow)
    attached = "arn:aws:iam::aws:policy/PowerUserAccess"
    role = {"RoleName": "formae-apprunner-instance", "PolicyArn": attached}
    client("iam").detach_role_policy(**role)
    old = replace(found, preflight=replace(found.preflight, at=found.preflight.at - 61))
    changed, _ = run(flow, old)
    assert changed == [] or changed == ["power-user"]
    assert "iam:AttachRolePolicy" in changes(deployed)[-1]


def test_it_ends_what_an_earlier_run_left(deployed: "StandIn", command: Command) -> None:
    head = Head(verb="apply", name="formae", region=REGION, account=ACCOUNT, profile="")
    with journal.kept(head, {}) as left:
        left.end(End.FAILED)
    assert [run.name for run in journal.unfinished()] == ["formae"]
    end = command("apply", "--yes", "--region", REGION)
    assert end.code == 0, end.err
    assert "A run failed" in end.err
    assert journal.unfinished() == []
