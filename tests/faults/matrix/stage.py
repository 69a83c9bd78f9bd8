"""Plays a case: a run that is disturbed, one more that is not, and what is there then."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from tests.corpus import ACCOUNT, CORPUS
from tests.faults.matrix.cases import Case, Death, cases, changes_of
from tests.faults.matrix.mortal import Fate, Killed, MortalFlow
from tests.faults.matrix.portrait import Portrait, differences, portrait
from tests.faults.matrix.verbs import Verb, left, removed, rotated
from tests.support.made import answers
from wizard.aws import session
from wizard.base.errors import WizardError
from wizard.engine.apply import Outcome, context
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight
from wizard.standin.call import Call
from wizard.standin.faults import fault
from wizard.standin.server import StandIn

READ_LIMIT = 4.0
"""Seconds; on a machine so busy that AWS takes longer the wizard must cope with that as well."""
PROFILE = "work"
"""Credentials in a file, for those in the environment cannot be renewed."""


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
        self._others: dict[Verb, tuple[Portrait, list[Call]]] = {}

    @cached_property
    def _prepared(self) -> Prepared:
        """The plan; making it takes a look at the account."""
        given = answers({**CORPUS[self._entry], "profile": PROFILE})
        return Prepared(given, Flow().plan(given, ACCOUNT), Preflight((), {}), "")

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

    @cached_property
    def undisturbed(self) -> tuple[Portrait, list[Call]]:
        """What is there after two undisturbed runs, alike; and what the last one asked for."""
        drawn: list[Portrait] = []
        calls: list[Call] = []
        for _ in range(2):
            self._clear()
            outcome = self._run(MortalFlow())
            assert outcome.ok, outcome.errors
            calls = list(self._standin.calls)
            drawn.append(portrait())
        assert not list(differences(drawn[0], drawn[1])), "two undisturbed runs differ"
        return drawn[0], calls

    def undisturbed_by(self, verb: Verb) -> tuple[Portrait, list[Call]]:
        """The same of a verb that begins with a deployment; of `apply` what it is anyway."""
        if verb is Verb.APPLY:
            return self.undisturbed
        if verb not in self._others:
            self._deployed(verb)
            begun = len(self._standin.calls)
            outcome = self._done(verb, MortalFlow())
            assert outcome, "nothing was done"
            assert outcome.ok, outcome.errors
            self._others[verb] = left(verb), list(self._standin.calls[begun:])
        return self._others[verb]

    def _deployed(self, verb: Verb) -> None:
        """A new account, with what the verb begins with."""
        self._clear()
        if verb is not Verb.APPLY:
            outcome = self._run(MortalFlow())
            assert outcome.ok, outcome.errors

    def others(self) -> list[Case]:
        """Every case of a removal and of a rotation."""
        verbs = (Verb.DESTROY, Verb.ROTATE)
        return [case for verb in verbs for case in changes_of(verb, self.undisturbed_by(verb)[1])]

    def cases(self) -> list[Case]:
        """Every case of a set-up."""
        calls = self.undisturbed[1]
        return cases(calls, self._prepared.plan)

    def play(self, case: Case) -> Verdict:
        """Play it. Never raises for what the wizard does."""
        want = self.undisturbed_by(case.verb)[0]
        self._deployed(case.verb)
        with patch.object(session, "READ_LIMIT", READ_LIMIT):
            problems = [*self._disturbed(case), *self._resumed(case.verb)]
        if not problems:
            problems += differences(left(case.verb), want)
        return Verdict(case, tuple(problems))

    def _clear(self) -> None:
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

    def _run(self, flow: MortalFlow) -> Outcome:
        return flow.run(self._prepared, lambda _event: None, threading.Event())

    def _done(self, verb: Verb, flow: MortalFlow) -> Outcome | None:
        given = self._prepared.answers
        match verb:
            case Verb.APPLY:
                return self._run(flow)
            case Verb.DESTROY:
                return removed(flow, given)
            case Verb.ROTATE:
                return rotated(flow, given)

    def _disturbed(self, case: Case) -> Sequence[str]:
        flow = MortalFlow()
        flow.fate = Fate(case if isinstance(case.trouble, Death) else None)
        faults = self._standin.behaviour.faults
        if not isinstance(case.trouble, Death):
            faults.append(fault(case.trouble, case.service, case.operation, nth=case.nth))
        try:
            outcome = self._done(case.verb, flow)
        except Killed:
            return ()
        if flow.fate.pending() or any(each.times for each in faults):
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
