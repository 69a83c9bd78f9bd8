"""One process of the matrix: a stand-in of its own, for moto keeps its state in module globals."""

import contextlib
import os
from pathlib import Path

from tests.faults.matrix.cases import Case
from tests.faults.matrix.stage import Stage, Verdict
from tests.support.standin import own_account

_stages: list[Stage] = []
_lights = contextlib.ExitStack()


def begin(folder: Path, entry: str) -> None:
    """Start the stand-in below the folder; the machine's own settings are forgotten."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_", "XDG_"))]:
        del os.environ[name]
    home = folder / str(os.getpid())
    home.mkdir()
    standin = own_account(folder / f"{home.name}-standin").start()
    _stages.append(Stage(standin, home, entry))
    _lights.enter_context(_stages[0].lit())


def everything() -> list[Case]:
    """Every case."""
    return [*_stages[0].cases(), *_stages[0].others()]


def play(case: Case) -> Verdict:
    """Play one."""
    return _stages[0].play(case)
