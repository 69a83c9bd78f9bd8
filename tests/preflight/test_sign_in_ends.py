"""A sign-in that ends before the run may have is a warning, with how to renew it."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.command import Command
from tests.support.made import answers
from tests.support.standin import REGION
from wizard.engine.flow import Flow
from wizard.engine.preflight import Check, CheckState

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def ends_in(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", moment.isoformat())


def identity() -> Check:
    checks = Flow().check(answers({"region": REGION})).checks
    return next(check for check in checks if check.id == "identity")


def test_too_soon(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> None:
    ends_in(monkeypatch, 5.5)
    check = identity()
    assert check.state is CheckState.WARNING
    assert check.warning
    assert "The AWS sign-in ends in" in check.warning.what
    assert "Set new credentials in the environment" in check.warning.fix


def test_late_enough(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> None:
    ends_in(monkeypatch, 600)
    assert identity().state is CheckState.FINE


def test_once_all_is_there_little_time_is_enough(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    ends_in(monkeypatch, 5.5)
    assert identity().state is CheckState.FINE
