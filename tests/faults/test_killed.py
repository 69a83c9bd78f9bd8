"""A true SIGKILL at three moments, by the stand-in's own hand: what the matrix plays in-process."""

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes, service
from tests.support.standin import REGION
from tests.support.tiers import second_tier
from wizard.standin.faults import Fault, HungUp

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WORDS = [sys.executable, "-m", "wizard", "apply", "--yes", "--region", REGION]


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
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
        subprocess.Popen(WORDS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    )
    victims[0].communicate()
    assert victims[0].returncode == -9
    again = subprocess.run(WORDS, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert service()["Status"] == "RUNNING"
    made = changes(standin).count(f"{of}:{operation}")
    usual = 3 if operation == "CreateSecret" else 1
    assert made == usual + (not applied), "the call that got lost is made again, no other"
