"""One process of the matrix: a stand-in of its own, for moto keeps its state in module globals."""

import contextlib
import os
from collections.abc import Hashable
from pathlib import Path

from tests.faults.matrix.cases import Case
from tests.faults.matrix.stage import Stage, Verdict
from tests.support.quick_clients import shared_classes, shared_handlers
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
    for each in (shared_classes(), shared_handlers(), _stages[0].lit()):
        _lights.enter_context(each)


def everything() -> list[tuple[Case, Hashable]]:
    """Every case, with what it is about."""
    (stage,) = _stages
    courses = [stage.undisturbed(verb)[1] for verb in stage.verbs]
    return [(case, course.tells(case)) for course in courses for case in course.cases()]


def play(case: Case) -> Verdict:
    """Play one."""
    return _stages[0].play(case)
