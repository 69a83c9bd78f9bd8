"""The snapshot of the account: each question once, and never for who changes something."""

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.support.standin import REGION, client
from wizard.base.errors import AwsError
from wizard.base.fan_out import fan_out
from wizard.engine.apply import apply
from wizard.engine.flow import Flow
from wizard.engine.refresh import Snapshot, in_order
from wizard.plan.model import Plan
from wizard.plan.world import World

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROLE = {"RoleName": "formae-apprunner-access"}


@pytest.fixture
def snapshot(standin: "StandIn") -> Snapshot:
    return Flow().snapshot("", REGION)


def asked(standin: "StandIn", operation: str) -> int:
    return sum(each.operation == operation for each in standin.calls)


def test_what_was_answered_is_not_asked_again(standin: "StandIn", snapshot: Snapshot) -> None:
    first = snapshot.call("ecr", "DescribeRepositories", {})
    assert first["repositories"] == []
    first["repositories"].append("a reader's own")
    client("ecr").create_repository(repositoryName="formae")
    assert snapshot.call("ecr", "DescribeRepositories", {})["repositories"] == []
    assert asked(standin, "DescribeRepositories") == 1
    named = snapshot.call("ecr", "DescribeRepositories", {"repositoryNames": ["formae"]})
    assert len(named["repositories"]) == 1, "another question"


def test_that_a_thing_is_not_there_is_an_answer(standin: "StandIn", snapshot: Snapshot) -> None:
    for _ in range(2):
        with pytest.raises(AwsError, match="NoSuchEntity"):
            snapshot.call("iam", "GetRole", ROLE)
    assert asked(standin, "GetRole") == 1


def test_what_passes_is_no_answer(standin: "StandIn", snapshot: Snapshot) -> None:
    for code in ("ThrottlingException", "ExpiredToken"):
        standin.fail("ecr", "DescribeRepositories", code, "no", times=999)
        with pytest.raises(AwsError, match=code):
            snapshot.call("ecr", "DescribeRepositories", {})
        standin.behaviour.faults.clear()
    assert snapshot.call("ecr", "DescribeRepositories", {})["repositories"] == []


def test_who_asks_at_once_asks_once(standin: "StandIn", snapshot: Snapshot) -> None:
    together = threading.Barrier(4)

    def ask() -> object:
        together.wait(10)
        return snapshot.call("apprunner", "ListServices", {})

    answers = fan_out(dict.fromkeys(range(4), ask))
    assert list(answers.values()) == [{"ServiceSummaryList": []}] * 4
    assert asked(standin, "ListServices") == 1


def test_it_changes_nothing(standin: "StandIn", snapshot: Snapshot) -> None:
    for operation, params in (("TagResource", {}), ("ExecuteStatement", {"sql": "DROP TABLE x"})):
        with pytest.raises(ValueError, match="no changing call"):
            snapshot.call("ecr", operation, params)
    assert standin.calls == []


def no_step_runner_takes_one(plan: Plan, snapshot: Snapshot) -> None:
    """mypy's: were a snapshot good enough for a run, the ignored error would be missing."""
    apply(plan, snapshot, print, threading.Event())  # type: ignore[arg-type]


def test_no_step_runner_could_use_one(snapshot: Snapshot) -> None:
    assert not any(hasattr(snapshot, name) for name in ("ask", "renew", "probe"))
    assert {"ask", "renew", "probe"} <= set(dir(World))


def test_a_flow_of_one_command_has_one_until_something_changes(standin: "StandIn") -> None:
    lasting, command = Flow(), Flow(remembers=True)
    assert lasting.snapshot("", REGION) is not lasting.snapshot("", REGION)
    first = command.snapshot("", REGION)
    assert command.snapshot("", REGION) is first
    assert command.snapshot("", "us-east-1") is not first
    command.refresh()
    second = command.snapshot("", REGION)
    assert second is not first
    command.sign_out()
    assert command.snapshot("", REGION) is not second


def test_each_step_is_looked_at_after_what_it_needs() -> None:
    edges = {"c": frozenset({"a", "b"}), "b": frozenset({"a"}), "a": frozenset[str]()}
    taken: dict[str, list[str]] = {}
    in_order(edges, lambda _: list(taken), taken.__setitem__)
    assert taken == {"a": [], "b": ["a"], "c": ["a", "b"]}


def test_an_error_ends_the_fan_out_and_is_told() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return 1 // (3 - number)

    with pytest.raises(ZeroDivisionError):
        fan_out({number: partial(work, number) for number in range(9)}, most=1)
    assert begun == [0, 1, 2, 3]
    assert fan_out({}) == {}
