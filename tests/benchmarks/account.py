"""An AWS account on this machine for programs to be measured on, and the walkthrough by hand."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.adoption.test_adoption import BY_HAND, VERSION
from tests.benchmarks.measured import Missing, bare, seconds
from tests.support import quick_aws
from wizard.engine.flow import PACE_VARIABLE
from wizard.standin.server import StandIn

REGION = "eu-west-1"
CHANGES = 4
"""The exit code of a plan that would change something."""
WIZARD = str(Path(sys.executable).with_name("formae-wizard"))
JUMPS = f'exec "{sys.executable}" -I -S "{Path(quick_aws.__file__).with_name("sleep.py")}" "$@"'
"""What `sleep` does where time jumps."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account, and the environment that leads to it, with a home of its own."""

    standin: StandIn
    environment: dict[str, str]
    pace: float | None

    def renew(self) -> None:
        """Make it a new account, and the home empty."""
        home = Path(self.environment["HOME"])
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        self.standin.reset()
        self.standin.behaviour.latency = True

    def wizard(self, *words: str) -> float:
        """Seconds that a verb takes."""
        return seconds([WIZARD, *words], self.environment, (0, CHANGES))

    def by_hand(self) -> float:
        """Seconds that the walkthrough's commands take, one after the other and never mistyped."""
        if not shutil.which("docker"):
            raise Missing("the walkthrough needs docker")
        with tempfile.TemporaryDirectory() as folder:
            sleep = Path(folder, "sleep")
            scaled = f'exec "{shutil.which("sleep")}" "$(awk "BEGIN {{ print $1 * {self.pace} }}")"'
            sleep.write_text(f"#!/bin/sh\n{scaled if self.pace else JUMPS}\n")
            sleep.chmod(0o755)
            own = str(Path(sys.executable).parent)
            path = os.pathsep.join([folder, own, self.environment["PATH"]])
            words = ["bash", str(BY_HAND), folder, REGION, VERSION, "docker"]
            return seconds(words, {**self.environment, "PATH": path})


@contextlib.contextmanager
def account(pace: float | None = None) -> Iterator[Account]:
    """A new account for as long as it is needed; at `pace` AWS takes that part of its real time.

    Without one nobody waits: time jumps to what is waited for.
    """
    with (
        tempfile.TemporaryDirectory(prefix="formae-home-") as home,
        StandIn(scale=pace, docker=True) as standin,
    ):
        standin.warm_up()
        environment = {**bare(f"{home}/home"), **standin.environment()}
        if pace:
            environment[PACE_VARIABLE] = str(pace)
        made = Account(standin, environment, pace)
        made.renew()
        yield made
