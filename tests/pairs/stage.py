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

from tests.account.test_existing_cluster import make_cluster
from tests.corpus import CORPUS, REGION
from tests.faults.matrix.portrait import differences
from tests.parity.worlds import account
from tests.support.made import answers
from tests.support.standin import ACCOUNT
from wizard.answers.model import Answers
from wizard.engine.account.retained import retained
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared
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


def pairs() -> list[Pair]:
    """Every ordered pair of the corpus, but for clusters that AWS does not make of one another."""
    return [
        Pair(have, want)
        for have in CORPUS
        for want in CORPUS
        if have != want and {_database(have), _database(want)} != {"new", "express"}
    ]


def _database(name: str) -> str:
    return CORPUS[name].get("database", "new")


class Stage:
    """One stand-in, used for pair after pair."""

    def __init__(self, standin: StandIn, home: Path) -> None:
        self._standin = standin
        self._home = home
        self._fresh: dict[tuple[str, bool], Drawn] = {}

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

        Empty for a good one.
        """
        theirs = "existing" in {pair.have, pair.want}
        fresh = self._alone(pair.want, theirs=theirs)
        there = self._clear(theirs=theirs)
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

    def _alone(self, name: str, *, theirs: bool) -> Drawn:
        if (name, theirs) not in self._fresh:
            there = self._clear(theirs=theirs)
            problems = self._set_up(name, there)
            assert not problems, problems
            self._fresh[name, theirs] = _drawn()
        return self._fresh[name, theirs]

    def _clear(self, *, theirs: bool) -> Mapping[str, str]:
        self._standin.reset()
        for child in self._home.iterdir():
            shutil.rmtree(child)
        return make_cluster(data_api=False).flags if theirs else {}

    def _set_up(self, name: str, theirs: Mapping[str, str]) -> list[str]:
        outcome = _run(wanted(name, theirs))
        return [f"{name}: {step}: {error}" for step, error in outcome.errors]


def wanted(name: str, theirs: Mapping[str, str]) -> Answers:
    """The corpus entry's answers, all of them said, in the one place."""
    return answers({**CORPUS[name], **PLACE, **(theirs if name == "existing" else {})})


def _run(given: Answers) -> Outcome:
    flow = Flow()
    prepared = Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "")
    return flow.run(prepared, lambda _event: None, threading.Event())


def _drawn() -> Drawn:
    return {name: _in_order(json.loads(text)) for name, text in account(REGION).items()}


def _in_order(value: Any) -> Any:
    """Tags and the like, of which nobody keeps an order."""
    if isinstance(value, dict):
        return {key: _in_order(each) for key, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return sorted(map(_in_order, value), key=lambda each: json.dumps(each, sort_keys=True))
    return [_in_order(each) for each in value] if isinstance(value, list) else value


KINDS = {
    "cluster": r"\.(clusters|instances|secret formae-db-creds)",
    "their cluster": r"\.clusters\[\d\]\.HttpEndpointEnabled",
    "database": r"\.(clusters|instances)\[\d\]\.(DatabaseName|DBName)",
    "password": r"\.secret formae-api-creds",
    "image": r"\.repository formae\[1\]",
}
"""What each thing that stays looks like in an account."""
UNSEEN = frozenset({"database", "their cluster"})
"""What stays inside a cluster."""


def _kinds(difference: str) -> set[str]:
    return {kind for kind, pattern in KINDS.items() if re.match(pattern, difference)}
