"""How soon `--help`, `plan` and `export` are there, beside `aws --version` and a bare Python."""

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.measured import Row, Setup, bare, seconds, turns
from tests.corpus import FILES

PROGRAM = str(Path(sys.executable).with_name("formae-wizard"))
ANSWERS = ("--answers", str(FILES["defaults"]))
OURS = {
    "--help": [PROGRAM, "--help"],
    "plan --offline": [PROGRAM, "plan", "--offline", *ANSWERS],
    "export": [PROGRAM, "export", *ANSWERS],
}
THEIRS = {
    "aws --version": [str(Path(sys.executable).with_name("aws")), "--version"],
    "python -c pass": [sys.executable, "-c", "pass"],
}
GOOD = (0, 4)
"""Exit codes; 4 is that of a plan that would change something."""


def measure(setup: Setup) -> Iterator[Row]:
    """All five in turns, and each of ours beside each of theirs."""
    with tempfile.TemporaryDirectory() as home:
        environment = bare(home)
        took = turns(
            setup.rounds,
            {
                name: partial(seconds, words, environment, GOOD)
                for name, words in {**OURS, **THEIRS}.items()
            },
        )
    for ours in OURS:
        for theirs in THEIRS:
            yield Row(what=ours, unit="s", ours=took[ours], against=theirs, theirs=took[theirs])
