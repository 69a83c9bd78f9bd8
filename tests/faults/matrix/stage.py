"""Plays a case: a run that is disturbed, one more that is not, and what is there then."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests.corpus import ACCOUNT, CORPUS, placed, surroundings
from tests.faults.matrix.cases import Case, Course
from tests.faults.matrix.mortal import Fate, Killed, MortalFlow
from tests.faults.matrix.portrait import Portrait, differences
from tests.faults.matrix.verbs import Verb, left, removed, rotated
from tests.hosts.ecs import agents_counted
from tests.support.deployed import pack, unpack
from tests.support.made import answers
from wizard.answers.model import Answers
from wizard.aws import session
from wizard.base.errors import WizardError
from wizard.engine.apply import Outcome, context
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight
from wizard.standin.kept import Kept
from wizard.standin.server import StandIn

READ_LIMIT = 4.0
"""Seconds; on a machine so busy that AWS takes longer the wizard must cope with that as well."""
PROFILE = "work"
"""Credentials in a file, for those in the environment cannot be renewed."""
MOVES = {"defaults": "ecs-gateway", "ecs-gateway": "defaults", "ecs": "ecs-gateway"}
"""Which entry of the corpus, on another host, is made of a deployment."""
LONELY = "ecs-gateway"
"""On this host there is one agent at any moment, whatever is done; on the others while it moves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case; it is good when `problems` is empty."""

    case: Case
    problems: tuple[str, ...]


class Stage:
    """One stand-in, used for case after case; `entry` is the corpus's that is deployed."""

    def __init__(self, standin: StandIn, home: Path, entry: str = "defaults") -> None:
        self._entry = entry
        self._standin = standin
        self._home = home
        self._given: Answers
        self._undisturbed: dict[Verb, tuple[Portrait, Course]] = {}
        self._kept: tuple[Kept, bytes, Answers] | None = None
        self._agents: list[int] = []

    @property
    def verbs(self) -> list[Verb]:
        """What the entry is played with. A rotation reaches the agent, which an internal address
        does not let it from here."""
        internal = CORPUS[self._entry].get("internal") == "yes"
        never = {Verb.ROTATE: internal, Verb.MOVE: self._entry not in MOVES}
        return [verb for verb in Verb if not never.get(verb)]

    @contextlib.contextmanager
    def lit(self) -> Iterator[None]:
        """Within it the surroundings are the stage's: home, AWS, its time."""
        environment = {
            **self._standin.environment(),
            "HOME": str(self._home),
            "AWS_SHARED_CREDENTIALS_FILE": str(self._home / ".aws" / "credentials"),
        }
        with (
            patch.dict(os.environ, environment),
            patch.object(session, "LONG_READS", {}),
            # Its seconds pass quickly here, those of sockets do not.
            patch.object(context, "BUDGET", math.inf),
        ):
            yield

    def undisturbed(self, verb: Verb) -> tuple[Portrait, Course]:
        """What is there after an undisturbed run, and its calls; two set-ups must be alike."""
        if verb not in self._undisturbed:
            drawn: list[Portrait] = []
            flow = MortalFlow()
            for _ in range(2 if verb is Verb.APPLY else 1):
                self._begun(verb)
                flow.fate = Fate()
                outcome = self._done(verb, flow)
                assert outcome, "nothing was done"
                assert outcome.ok, outcome.errors
                drawn.append(left(verb))
            other = list(differences(drawn[0], drawn[-1]))
            assert not other, f"two undisturbed runs differ: {other}"
            plan = self._prepared(Flow(), self._given).plan if verb is Verb.APPLY else None
            self._undisturbed[verb] = drawn[0], Course(verb, flow.fate.made, plan)
        return self._undisturbed[verb]

    def cases(self, *verbs: Verb) -> list[Case]:
        """Every case of these verbs, else of a set-up."""
        every = verbs or (Verb.APPLY,)
        return [case for verb in every for case in self.undisturbed(verb)[1].cases()]

    def play(self, case: Case) -> Verdict:
        """Play it. Never raises for what the wizard does."""
        want = self.undisturbed(case.verb)[0]
        self._begun(case.verb)
        with patch.object(session, "READ_LIMIT", READ_LIMIT):
            problems = [*self._disturbed(case), *self._resumed(case.verb), *self._crowded(case)]
        if not problems:
            try:
                problems += differences(left(case.verb), want)
            except Exception as error:
                problems.append(f"what is there cannot be told: {error!r}")
        return Verdict(case, tuple(problems))

    def _clear(self) -> None:
        """A new account and home, with what the entry takes to be there."""
        self._standin.reset()
        for child in self._home.iterdir():
            shutil.rmtree(child)
        keys = self._standin.environment()
        file = self._home / ".aws" / "credentials"
        file.parent.mkdir()
        file.write_text(
            f"[{PROFILE}]\naws_access_key_id={keys['AWS_ACCESS_KEY_ID']}\n"
            f"aws_secret_access_key={keys['AWS_SECRET_ACCESS_KEY']}\n"
        )
        there = surroundings(self._entry, data_api=False)
        self._given = answers({**placed(self._entry, there), "profile": PROFILE})

    def _begun(self, verb: Verb) -> None:
        """An account with what the verb begins with: nothing, or the whole deployment."""
        if verb is Verb.APPLY or self._kept is None:
            self._clear()
        else:
            account, home, self._given = self._kept
            self._standin.reset()
            self._standin.put_back(account)
            shutil.rmtree(self._home)
            unpack(home, self._home)
        if verb is not Verb.APPLY and self._kept is None:
            outcome = self._done(Verb.APPLY, MortalFlow())
            assert outcome
            assert outcome.ok, outcome.errors
            with contextlib.suppress(ValueError):  # a database's gateway cannot be kept
                self._kept = self._standin.keep(), pack(self._home), self._given
        self._agents = agents_counted(self._standin)

    def _prepared(self, flow: Flow, given: Answers) -> Prepared:
        return Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "")

    def _done(self, verb: Verb, flow: MortalFlow) -> Outcome | None:
        given = self._given
        if verb is Verb.DESTROY:
            return removed(flow, given)
        if verb is Verb.ROTATE:
            return rotated(flow, given)
        if verb is Verb.MOVE:
            given = answers({**CORPUS[MOVES[self._entry]], "profile": PROFILE})
        prepared = self._prepared(Flow(), given)
        return flow.run(prepared, flow.fate.heard, threading.Event())

    def _disturbed(self, case: Case) -> Sequence[str]:
        faults = self._standin.behaviour.faults
        flow = MortalFlow()
        flow.fate = Fate(case, faults)
        try:
            outcome = self._done(case.verb, flow)
        except Killed:
            return ()
        if not flow.fate.struck or any(each.times for each in faults):
            return ("it did not happen",)
        if outcome and not outcome.ok and case.survived:
            return [f"the first run failed: {step}: {error}" for step, error in outcome.errors]
        return ()

    def _resumed(self, verb: Verb) -> Sequence[str]:
        try:
            outcome = self._done(verb, MortalFlow())
        except (WizardError, Exception) as error:
            return (f"the second run broke: {error!r}",)
        errors = outcome.errors if outcome else ()
        return [f"the second run failed: {step}: {error}" for step, error in errors]

    def _crowded(self, case: Case) -> Sequence[str]:
        if case.verb is not Verb.MOVE and self._given.host != LONELY:
            return ()
        most = max(self._agents, default=0)
        return [f"{most} agents ran at one moment"] if most > 1 else ()
