"""Random sequences of start, kill, edit, drift, resume and destroy, against what a fresh run makes.

`EXAMPLES=40 STEPS=12 pytest tests/faults/test_sequences.py` plays many; by default a few are.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.corpus import ACCOUNT, CORPUS
from tests.destroy.account import everything
from tests.faults.matrix.cases import Case, Death
from tests.faults.matrix.mortal import Fate, Killed, MortalFlow
from tests.faults.matrix.portrait import Portrait, differences, portrait
from tests.faults.matrix.stage import PROFILE, Stage
from tests.support.account import service
from tests.support.made import answers
from tests.support.standin import client, passes
from wizard.answers.model import Answers
from wizard.engine.apply import Outcome
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import leaving
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight
from wizard.plan.inputs import Choices, Data

EXAMPLES = int(os.environ.get("EXAMPLES", "2"))
STEPS = int(os.environ.get("STEPS", "5"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a step takes seconds: the sequence is told as it was found
    report_multiple_bugs=False,
)
WISHES: tuple[dict[str, str], ...] = (
    {},
    {"cpu": "2048", "memory": "4096"},
    {"tags": "team=blue", "max_capacity": "4"},
)
HISTORY = {"Operations", "Versions", "AutoScalingConfigurationRevision", "Latest"}
"""What tells of the way, and not of where it led."""
REVISION = re.compile(r"(:autoscalingconfiguration/[\w-]+)/\d+/")
UNTIL = 20.0
"""Seconds AWS has for what somebody else changes."""


class Sequences(RuleBasedStateMachine):
    """One account; `stage` is set by the test."""

    stage: Stage
    fresh: dict[int, Portrait]

    def __init__(self) -> None:
        super().__init__()
        self.whole = False
        """Whether the last run came to its end."""
        self.touched = False
        """Whether anything may be there."""

    @initialize()
    def begin(self) -> None:
        """A new account."""
        self.stage._clear()
        self.before = everything()

    @rule(wish=st.integers(0, len(WISHES) - 1))
    def arrive(self, wish: int) -> None:
        """Start, resume, or edit: afterwards all is as after an undisturbed run."""
        want = self._fresh(wish)
        outcome = self._run(wish, MortalFlow())
        assert outcome.ok, outcome.errors
        other = list(differences(_drawn(), want))
        assert not other, "\n".join(other[:8])
        self.whole = self.touched = True

    def _fresh(self, wish: int) -> Portrait:
        return self.fresh[wish]

    @rule(wish=st.integers(0, len(WISHES) - 1), at=st.floats(0, 1), death=st.sampled_from(Death))
    def be_killed(self, wish: int, at: float, death: Death) -> None:
        """Die at some changing call; where the run does not make this call it lives."""
        deadly = [case for case in self.stage.cases() if case.trouble is death]
        case = deadly[min(int(at * len(deadly)), len(deadly) - 1)]
        self.whole = self._dies(wish, case)
        self.touched = True

    def _dies(self, wish: int, case: Case) -> bool:
        flow = MortalFlow()
        flow.fate = Fate(case)
        try:
            return self._run(wish, flow).ok
        except Killed:
            return False

    @precondition(lambda self: self.whole)
    @rule(change=st.integers(0, 2))
    def drift(self, change: int) -> None:
        """Somebody else changes something."""
        DRIFTS[change]()

    @precondition(lambda self: self.touched)
    @rule()
    def destroy(self) -> None:
        """Afterwards account and home are as before."""
        flow, given = MortalFlow(), _answers(0)
        choices = Choices(data=Data.DELETE, purge_secrets=True)
        found = leaving(flow, given, choices)
        job = destroy_job(flow, found, given, agreed=True)
        outcome = job.work(lambda _event: None, threading.Event())
        assert outcome.ok, outcome.errors
        other = list(differences(_left(everything()), _left(self.before)))
        assert not other, "\n".join(other[:8])
        config = self.stage._home / ".config"
        assert not [path for path in config.rglob("*") if path.is_file()]
        self.whole = self.touched = False

    def _run(self, wish: int, flow: MortalFlow) -> Outcome:
        return run(wish, flow)


def run(wish: int, flow: MortalFlow) -> Outcome:
    """A run with these answers."""
    given = _answers(wish)
    prepared = Prepared(given, Flow().plan(given, ACCOUNT), Preflight((), {}), "")
    return flow.run(prepared, flow.fate.heard, threading.Event())


def fresh(stage: Stage) -> dict[int, Portrait]:
    """What an undisturbed run makes of a new account, by wish."""
    drawn = {}
    for wish in range(len(WISHES)):
        stage._clear()
        outcome = run(wish, MortalFlow())
        assert outcome.ok, outcome.errors
        drawn[wish] = _drawn()
    return drawn


def _answers(wish: int) -> Answers:
    return answers({**CORPUS["defaults"], **WISHES[wish], "profile": PROFILE})


def _drawn() -> Portrait:
    found: Portrait = _without(portrait())
    return found


def _left(found: dict[str, Any]) -> dict[str, Any]:
    """What the removal promises to take away; logs stay, and AWS's own scaling is numbered."""
    return {kind: rows for kind, rows in found.items() if kind not in {"logs", "scalings"}}


def _without(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without(inner) for key, inner in value.items() if key not in HISTORY}
        case list():
            return [_without(inner) for inner in value]
        case str():
            return REVISION.sub(r"\1/<revision>/", value)
        case _:
            return value


def _policy_gone() -> None:
    role = "formae-apprunner-instance"
    for name in client("iam").list_role_policies(RoleName=role)["PolicyNames"]:
        client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _service_larger() -> None:
    arn = service()["ServiceArn"]
    size = {"Cpu": "4096", "Memory": "8192"}
    client("apprunner").update_service(ServiceArn=arn, InstanceConfiguration=size)
    end = time.monotonic() + UNTIL
    while service()["Status"] != "RUNNING":
        assert time.monotonic() < end, "the stand-in does not come to an end"
        passes()


def _name_tag_changed() -> None:
    tags = [{"Key": "Name", "Value": "somebody's"}]
    client("secretsmanager").tag_resource(SecretId="formae-config", Tags=tags)


DRIFTS: tuple[Callable[[], None], ...] = (_policy_gone, _service_larger, _name_tag_changed)
