"""What a benchmark is given and hands out: pairs that were measured in turns, in one run."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 900.0
"""Seconds after which a program that was started never ends."""
FOREIGN = ("AWS_", "FORMAE_", "DOCKER_", "XDG_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "PYTHON")
"""How names of variables begin that a program is not given. Without its compiled modules, which
PYTHONDONTWRITEBYTECODE would keep from being there, one that is not installed starts slower.
"""


class Missing(Exception):
    """What a benchmark needs is not on this machine, or cannot be had without a network."""


@dataclass(frozen=True, slots=True)
class Setup:
    """`rounds` are counted in each pair; `folder` is for what is installed, and goes afterwards.

    At `pace` the AWS on this machine takes that part of the real one's time.
    """

    rounds: int
    folder: Path
    pace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: ours beside another's, round by round in `unit`.

    `theirs` is empty where there is nothing to compare with. `aim` is the highest good ratio, or
    without another the highest good value.
    """

    what: str
    unit: str
    ours: Sequence[float]
    against: str = ""
    theirs: Sequence[float] = ()
    aim: float | None = None
    notes: Sequence[str] = field(default=())

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios: what a busy machine does to both does not count."""
        pairs = zip(self.ours, self.theirs, strict=True) if self.theirs else ()
        ratios = [ours / theirs for ours, theirs in pairs]
        return statistics.median(ratios) if ratios else None

    @property
    def reached(self) -> bool | None:
        """Whether the aim is; None without one."""
        if self.aim is None:
            return None
        found = statistics.median(self.ours) if self.ratio is None else self.ratio
        return found <= self.aim


def turns(
    rounds: int, measures: Mapping[str, Callable[[], float]], *, warm_up: bool = True
) -> dict[str, list[float]]:
    """What each measured, by name, round by round. They take turns in an order that turns too.

    To warm up there is a round that does not count.
    """
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(0 if warm_up else 1, rounds + 1):
        for name in sorted(measures, reverse=bool(turn % 2)):
            value = measures[name]()
            if turn:
                found[name].append(value)
    return found


def bare(home: str, **more: str) -> dict[str, str]:
    """This environment without settings for AWS, formae or Docker, and with an empty home."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(FOREIGN)}
    off = {"AWS_EC2_METADATA_DISABLED": "true", "FORMAE_WIZARD_RELEASES": "off"}
    return {**kept, **off, "HOME": home, **more}


def seconds(
    command: Sequence[str], environment: Mapping[str, str], good: Sequence[int] = (0,)
) -> float:
    """How long a command without a screen takes. RuntimeError where it ends with another code."""
    started = time.perf_counter()
    end = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    took = time.perf_counter() - started
    if end.returncode not in good:
        raise RuntimeError(f"{' '.join(command)} ended with {end.returncode}: {end.stderr[-2000:]}")
    return took
