"""One process of the series: a stand-in of its own, for moto keeps its state in module globals."""

import contextlib
import os
from pathlib import Path

from tests.parity.kills.series import Case, Series, Verdict
from tests.support.standin import own_account

_series: list[Series] = []
_lights = contextlib.ExitStack()


def begin(aws: Path, folder: Path, entry: str) -> None:
    """Start the stand-in below the folder; the machine's own settings are forgotten."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_", "XDG_"))]:
        del os.environ[name]
    mine = folder / str(os.getpid())
    mine.mkdir()
    standin = own_account(mine / "standin").start()
    _series.append(Series(standin, aws, mine, entry))
    _lights.enter_context(_series[0].lit())


def everything() -> list[Case]:
    """Every case."""
    return _series[0].cases()


def play(case: Case) -> Verdict:
    """Play one."""
    return _series[0].play(case)
