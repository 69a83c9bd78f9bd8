"""Runs of another process that end in the middle."""

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from tests.support import forked
from tests.support.standin import REGION
from wizard.standin.faults import Fault, HungUp

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "canary of a password 4711"
SIZE = ["--cpu", "2048", "--memory", "4096"]
WORDS = ["apply", "--yes", "--region", REGION, *SIZE]


def killed_at(
    standin: "StandIn",
    of: str,
    operation: str,
    *,
    by: int = signal.SIGKILL,
    applied: bool = True,
    password: str = "",
    name: str = "first",
) -> "subprocess.CompletedProcess[str]":
    """A run of another process that is sent a signal while AWS carries out that call."""
    environment = dict(os.environ)
    if password:
        environment["FORMAE_WIZARD_API_PASSWORD"] = password
    victims: list[subprocess.Popen[str]] = []
    standin.disturb(
        Fault(
            service=of,
            operation=operation,
            outcome=HungUp(),
            applied=applied,
            meanwhile=lambda: victims[0].send_signal(by),
        )
    )
    words, pipe = [*WORDS, "--name", name], subprocess.PIPE
    victims.append(forked.Process(*words, env=environment, stdout=pipe, stderr=pipe, text=True))
    out, err = victims[0].communicate(timeout=120)
    return subprocess.CompletedProcess(words, victims[0].returncode, out, err)
