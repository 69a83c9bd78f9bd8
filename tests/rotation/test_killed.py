"""A rotation killed around its changing calls: nobody is locked out, and it goes on.

`python -m tests.rotation` kills it before and after every one.
"""

import os
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.matrix.cases import Case, Death
from tests.faults.matrix.mortal import Fate, Killed, MortalFlow
from tests.rotation import FULL
from tests.rotation.passwords import in_force, stages
from tests.support import forked
from tests.support.account import changes
from tests.support.made import answers
from tests.support.pkl import evaluate
from tests.support.standin import ACCOUNT, REGION
from tests.support.tiers import second_tier
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight
from wizard.engine.rotation import Wish, prepare, run
from wizard.standin.faults import Fault, HungUp

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

SECRETS = "secretsmanager"
API = [
    (SECRETS, "PutSecretValue", 1),
    (SECRETS, "PutSecretValue", 2),
    ("apprunner", "UpdateService", 1),
    (SECRETS, "UpdateSecretVersionStage", 1),
    (SECRETS, "UpdateSecretVersionStage", 2),
]
DATABASE = [
    (SECRETS, "PutSecretValue", 1),
    ("rds", "ModifyDBCluster", 1),
    (SECRETS, "UpdateSecretVersionStage", 1),
    (SECRETS, "UpdateSecretVersionStage", 2),
]
"""Every changing call of a rotation."""


def cases(calls: list[tuple[str, str, int]]) -> list[Case]:
    """Killed before and after each; by default those in the middle, where most is half done."""
    every = [Case(*call, death) for call in calls for death in (Death.BEFORE, Death.AFTER)]
    return every if FULL in os.environ else every[3:-3]


def set_up() -> None:
    """What `apply` does with the default answers."""
    flow, given = Flow(), answers({"region": REGION})
    prepared = Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "")
    outcome = flow.run(prepared, lambda _event: None, threading.Event())
    assert outcome.ok, outcome.errors


def rotate(wish: Wish, case: Case | None = None) -> None:
    """Rotate in this process, killed at the case's call."""
    flow = MortalFlow()
    rotation = prepare(flow, answers({"region": REGION}), wish)
    flow.fate = Fate(case)
    outcome = run(flow, rotation, rotation.plan, lambda _event: None, threading.Event())
    assert outcome.ok, outcome.errors


@second_tier
@pytest.mark.parametrize("wish", [Wish(api=True), Wish(database=True)], ids=["api", "database"])
def test_at_every_moment_one_password_works_and_is_in_the_secret(
    standin: "StandIn", wish: Wish
) -> None:
    set_up()
    secret = "formae-api-creds" if wish.api else "formae-db-creds"
    for case in cases(API if wish.api else DATABASE):
        first = in_force(standin, secret)
        assert first
        with pytest.raises(Killed):
            rotate(wish, case)
        assert in_force(standin, secret), f"locked out: {case}"
        rotate(wish)
        now = stages(secret)
        assert in_force(standin, secret) == {now["AWSCURRENT"]}, case
        assert "AWSPENDING" not in now, case
        assert now["AWSCURRENT"] not in first, case
    before = len(changes(standin))
    set_up()
    assert changes(standin)[before:] == [], "nothing is left for apply to bring in line"


def test_a_true_sigkill_while_the_agent_is_deployed(standin: "StandIn", home: Path) -> None:
    set_up()
    words = ("rotate", "--api-password", "--yes", "--region", REGION)
    victims: list[subprocess.Popen[bytes]] = []
    standin.disturb(
        Fault(
            service="apprunner",
            operation="UpdateService",
            outcome=HungUp(),
            applied=True,
            meanwhile=lambda: victims[0].kill(),
        )
    )
    victims.append(forked.Process(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    assert victims[0].wait() == -9
    assert in_force(standin, "formae-api-creds")
    waiting = stages("formae-api-creds")["AWSPENDING"]
    again = forked.run(*words, text=True)
    assert again.returncode == 0, again.stderr
    assert "continues with its password" in again.stderr
    assert in_force(standin, "formae-api-creds") == {waiting}
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert evaluate(config.read_text())["cli"]["auth"]["password"] == waiting
