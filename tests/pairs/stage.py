"""One deployment made of another: A is set up, then B is wanted; and B alone, to compare with."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.corpus import CORPUS, REGION, placed, surroundings
from tests.faults.matrix.portrait import differences, newest
from tests.parity.worlds import account
from tests.support.made import answers
from tests.support.standin import ACCOUNT
from wizard.answers.model import Answers
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared
from wizard.engine.plan_report import retained
from wizard.engine.preflight import Preflight
from wizard.local.image.names import FORMAE_IMAGE
from wizard.standin.server import StandIn
from wizard.ui.common.queries import DEPLOYED

PLACE = {"region": REGION, "name": "formae", "engine_version": "16", "image_source": FORMAE_IMAGE}
"""The same for all: only so is one the other's successor; another major version is refused."""

Drawn = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is there, and what is wanted then."""

    have: str
    want: str

    def __str__(self) -> str:
        return f"{self.have} → {self.want}"

    @property
    def refused(self) -> bool:
        """Whether AWS makes no such cluster or gateway of the one that is there, or the move would
        remove what is protected.
        """
        have, want = CORPUS[self.have], CORPUS[self.want]
        databases = {each.get("database", "new") for each in (have, want)}
        kept = "existing" not in databases
        gateways = have.get("host") == want.get("host") == "ecs-gateway"
        moved = have.get("subnets") != want.get("subnets") and "host" in want
        emptied = have.get("snapshot") != want.get("snapshot")
        protected = have.get("deletion_protection") == "yes" and have["host"] != want.get("host")
        cluster = kept and (len(databases) > 1 or emptied or moved)
        return cluster or protected or (gateways and moved)


def pairs() -> list[Pair]:
    """Every ordered pair of the corpus."""
    return [Pair(have, want) for have in CORPUS for want in CORPUS if have != want]


class Stage:
    """One stand-in, used for pair after pair."""

    def __init__(self, standin: StandIn, home: Path) -> None:
        self._standin = standin
        self._home = home
        self._fresh: dict[tuple[str, frozenset[str]], Drawn] = {}

    @contextlib.contextmanager
    def lit(self) -> Iterator[None]:
        """Within it the surroundings are the stage's: home, AWS, its time."""
        environment = {
            **self._standin.environment(),
            "HOME": str(self._home),
        }
        with patch.dict(os.environ, environment):
            yield

    def play(self, pair: Pair) -> list[str]:
        """Where the account differs from one in which B was set up alone, and nobody said so.

        Empty for a good one. What AWS cannot do must be refused before anything is changed.
        """
        if pair.refused:
            return self._refused(pair)
        fresh = self._alone(pair)
        there = self._clear(pair)
        problems = self._set_up(pair.have, there)
        before = DEPLOYED.ask(Flow(), ("", REGION, PLACE["name"])).answers
        told = {stay.kind for stay in retained(before, wanted(pair.want, there))}
        problems += self._set_up(pair.want, there)
        if problems:
            return problems
        found = list(differences(_drawn(), fresh))
        silent = [each for each in found if not told & _kinds(each)]
        idle = [kind for kind in told if not any(kind in _kinds(each) for each in found)]
        return silent + [f"“{kind}” was told, but is not so" for kind in idle if kind not in UNSEEN]

    def _refused(self, pair: Pair) -> list[str]:
        there = self._clear(pair)
        problems = self._set_up(pair.have, there)
        refusals = Flow().prepare(wanted(pair.want, there)).preflight.problems
        return problems if refusals else [*problems, "it is not refused"]

    def _alone(self, pair: Pair) -> Drawn:
        there = self._clear(pair)
        key = (pair.want, frozenset(there))
        if key not in self._fresh:
            problems = self._set_up(pair.want, there)
            assert not problems, problems
            self._fresh[key] = _drawn()
        return self._fresh[key]

    def _clear(self, pair: Pair) -> dict[str, str]:
        self._standin.reset()
        for child in self._home.iterdir():
            shutil.rmtree(child)
        return surroundings(pair.have, pair.want, data_api=False)

    def _set_up(self, name: str, there: dict[str, str]) -> list[str]:
        outcome = _run(wanted(name, there))
        return [f"{name}: {step}: {error}" for step, error in outcome.errors]


def wanted(name: str, there: dict[str, str]) -> Answers:
    """The corpus entry's answers, all of them said, in the one place."""
    return answers({**placed(name, there), **PLACE})


def _run(given: Answers) -> Outcome:
    flow = Flow()
    prepared = Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "")
    return flow.run(prepared, lambda _event: None, threading.Event())


def _drawn() -> Drawn:
    drawn = {name: _in_order(json.loads(text)) for name, text in account(REGION).items()}
    ours = {name: value for name, value in drawn.items() if not name.startswith(OF_AWS)}
    return newest(ours)


def _in_order(value: Any) -> Any:
    """Tags and the like, of which nobody keeps an order."""
    if isinstance(value, dict):
        return {key: _in_order(each) for key, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return sorted(map(_in_order, value), key=lambda each: json.dumps(each, sort_keys=True))
    return [_in_order(each) for each in value] if isinstance(value, list) else value


OF_AWS = "role AWSServiceRole"
"""Roles that AWS's services keep for themselves, whoever used them first."""
KINDS = {
    "cluster": r'\.(clusters|instances|subnet groups|secret formae-db-creds|group "formae-db")',
    "subnets": r"\.(clusters\[\d\]\.DBSubnetGroup|instances\[\d\]\.DBSubnetGroup|subnet groups)",
    "their cluster": r"\.clusters\[\d\]\.HttpEndpointEnabled",
    "database": r"\.(clusters|instances)\[\d\]\.(DatabaseName|DBName)",
    "password": r"\.secret formae-api-creds",
    "groups": r"\.(clusters|instances)\[\d\]\.VpcSecurityGroups",
    "group": r'\.group "formae-db"',
    "image": r"\.repository formae\[1\]",
    "copy": r"\.repository formae/agent",
}
"""What each thing that stays looks like in an account."""
UNSEEN = frozenset({"database", "their cluster"})
"""What stays inside a cluster."""


def _kinds(difference: str) -> set[str]:
    return {kind for kind, pattern in KINDS.items() if re.match(pattern, difference)}
