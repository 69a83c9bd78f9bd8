"""An AWS account on this machine for programs to be measured on, as slow as the real one.

Nobody waits there: time jumps to what is waited for. What a program takes is the time that passed
on this machine and the time that was jumped over, which is what it would have taken on AWS.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.adoption.test_adoption import BY_HAND, VERSION
from tests.benchmarks.measured import Missing, bare, seconds
from tests.support import quick_aws
from wizard.standin.server import StandIn

REGION = "eu-west-1"
CHANGES = 4
"""The exit code of a plan that would change something."""
WIZARD = str(Path(sys.executable).with_name("formae-wizard"))
SLEEP = Path(quick_aws.__file__).with_name("sleep.py")


@dataclass(frozen=True, slots=True)
class Account:
    """The account, and the environment that leads to it, with a home of its own."""

    standin: StandIn
    environment: dict[str, str]

    def renew(self) -> None:
        """Make it a new account, and the home empty."""
        home = Path(self.environment["HOME"])
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        self.standin.reset()
        self.standin.behaviour.latency = True

    def wizard(self, *words: str) -> float:
        """Seconds that a verb takes."""
        return self._seconds([WIZARD, *words], self.environment)

    def by_hand(self) -> float:
        """Seconds that the walkthrough's commands take, one after the other and never mistyped."""
        if not shutil.which("docker"):
            raise Missing("the walkthrough needs docker")
        with tempfile.TemporaryDirectory() as folder:
            programs = Path(folder, "bin")
            programs.mkdir()
            on_its_clock = programs / "sleep"
            on_its_clock.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{SLEEP}" "$@"\n')
            on_its_clock.chmod(0o755)
            own = str(Path(sys.executable).parent)
            path = os.pathsep.join([str(programs), own, self.environment["PATH"]])
            words = ["bash", str(BY_HAND), folder, REGION, VERSION, "docker"]
            return self._seconds(words, {**self.environment, "PATH": path})

    def _seconds(self, words: Sequence[str], environment: dict[str, str]) -> float:
        jumps = self.standin.world.clock.jumps
        assert jumps
        ahead = jumps.seconds()
        took = seconds(words, environment, (0, CHANGES))
        return took + jumps.seconds() - ahead


@contextlib.contextmanager
def account() -> Iterator[Account]:
    """A new account for as long as it is needed."""
    with (
        tempfile.TemporaryDirectory(prefix="formae-home-") as home,
        StandIn(scale=None, docker=True) as standin,
    ):
        standin.warm_up()
        made = Account(standin, {**bare(f"{home}/home"), **standin.environment()})
        made.renew()
        yield made
