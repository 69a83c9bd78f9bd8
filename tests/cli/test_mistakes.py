"""A mistake of ours says that something was created only where something was."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command import Command
from tests.support.standin import REGION
from wizard.local import process

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

MADE = "What was created or changed is in your account"


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process._Process, "made", False)


def mistake(*_: Any, **__: Any) -> Any:
    raise KeyError("a mistake of ours")


@pytest.mark.parametrize(
    ("verb", "where"),
    [
        ("plan", "wizard.engine.flow.Flow.prepare"),
        ("apply --yes", "wizard.engine.flow.Flow.prepare"),
        ("doctor", "wizard.engine.flow.Flow.check"),
        ("doctor", "wizard.local.image.way.find_way"),
        ("status", "wizard.engine.status.report.report"),
        ("export", "wizard.engine.flow.Flow.plan"),
        ("destroy --yes", "wizard.engine.destroy.teardown.leaving"),
    ],
)
def test_nothing_was_created(
    standin: "StandIn",
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    where: str,
) -> None:
    monkeypatch.setattr(where, mistake)
    end = command(*verb.split(), "--region", REGION)
    told = end.out + end.err
    assert "Internal error in formae-wizard (KeyError)" in told
    assert "`formae-wizard support`" in told
    assert MADE not in told


def test_something_was_created(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.local.formae.client.write", mistake)
    end = command.apply()
    assert end.code == 1
    assert "Internal error in formae-wizard (KeyError)" in end.err
    assert MADE in end.err
