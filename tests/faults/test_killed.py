"""A true SIGKILL at three moments, by the stand-in's own hand: what the matrix plays in-process."""

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import forked
from tests.support.account import changes, service
from tests.support.standin import REGION
from tests.support.tiers import second_tier, unsampled
from wizard.standin.faults import Fault, HungUp

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WORDS = ("apply", "--yes", "--region", REGION)


@pytest.mark.parametrize(
    "applied",
    [pytest.param(True, id="after"), pytest.param(False, id="before", marks=unsampled)],
)
@pytest.mark.parametrize(
    ("of", "operation"),
    [
        pytest.param("secretsmanager", "CreateSecret", marks=second_tier),
        ("apprunner", "CreateService"),
    ],
)
def test_killed_and_run_again(standin: "StandIn", of: str, operation: str, applied: bool) -> None:
    victims: list[subprocess.Popen[str]] = []
    standin.disturb(
        Fault(
            service=of,
            operation=operation,
            outcome=HungUp(),
            applied=applied,
            meanwhile=lambda: victims[0].kill(),
        )
    )
    victims.append(
        forked.Process(*WORDS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    )
    victims[0].communicate()
    assert victims[0].returncode == -9
    again = forked.run(*WORDS, text=True)
    assert again.returncode == 0, again.stderr
    assert service()["Status"] == "RUNNING"
    made = changes(standin).count(f"{of}:{operation}")
    usual = 3 if operation == "CreateSecret" else 1
    assert made == usual + (not applied), "the call that got lost is made again, no other"
