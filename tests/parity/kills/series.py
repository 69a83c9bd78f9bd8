"""The script of the defaults, killed with all its children by the stand-in's own hand."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from tests.export.texts import text
from tests.faults.matrix.portrait import Portrait, differences, portrait
from tests.parity.worlds import environment, killing, made, uneven
from tests.support.account import changing
from wizard.standin.server import StandIn

LIMIT = 600
"""Seconds after which a run that does not end is a failure, on however busy a machine."""


@dataclass(frozen=True, slots=True)
class Case:
    """The script dies at its changing call of that number, from 1: before it, or once applied."""

    number: int
    call: str
    applied: bool

    def __str__(self) -> str:
        return f"{self.number:02} {self.call} {'applied' if self.applied else 'before'}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case; it is good when `problems` is empty."""

    case: Case
    problems: tuple[str, ...]


class Series:
    """One stand-in and one home, used for case after case."""

    def __init__(self, standin: StandIn, aws: Path, folder: Path) -> None:
        self._standin, self._aws = standin, aws
        self._home, self._rest = folder / "home", folder / "tmp"
        self._script = folder / "deploy.sh"
        self._script.write_text(text("defaults"), "utf-8")

    @contextlib.contextmanager
    def lit(self) -> Iterator[None]:
        """Within it the surroundings are the series' own."""
        given = {
            **self._standin.environment(),
            **environment(self._aws),
            "HOME": str(self._home),
            "TMPDIR": str(self._rest),
        }
        with patch.dict(os.environ, given):
            yield

    @cached_property
    def undisturbed(self) -> tuple[Portrait, list[str], list[str]]:
        """What is there after a run without a kill; its changing calls in order, and in full."""
        self._clear()
        code, told = self._run()
        assert code == 0, told
        calls = [call for call in self._standin.calls if changing(call)]
        return portrait(), [str(call) for call in calls], made(calls)

    def cases(self) -> list[Case]:
        """Every case: before and after each changing call."""
        names = self.undisturbed[1]
        return [Case(n, name, after) for n, name in enumerate(names, 1) for after in (False, True)]

    def play(self, case: Case) -> Verdict:
        """Kill, run again, compare."""
        return Verdict(case, tuple(self._problems(case)))

    def _problems(self, case: Case) -> Iterator[str]:
        want, _, calls = self.undisturbed
        self._clear()
        code, told = self._run(case)
        if code != -signal.SIGKILL:
            yield f"it was not killed but ended with {code}: {told[-600:]}"
            return
        lost = made([call for call in self._standin.calls if changing(call)][-1:])
        code, told = self._run()
        if code != 0:
            yield f"the second run ended with {code}: {told[-600:]}"
            return
        yield from differences(portrait(), want)
        yield from uneven(made(self._standin.calls), calls + ([] if case.applied else lost))

    def _clear(self) -> None:
        self._standin.reset()
        for folder in (self._home, self._rest):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def _run(self, case: Case | None = None) -> tuple[int, str]:
        """Exit code and what was told; with a case it is killed there."""
        script = subprocess.Popen(
            ["bash", str(self._script)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if case:
            self._standin.disturb(killing(script.pid, case.number, applied=case.applied))
        _, told = script.communicate(timeout=LIMIT)
        return script.returncode, told
