"""What commands say and ask at a terminal beside their JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from wizard.base.errors import WizardError
from wizard.base.text import clean

if TYPE_CHECKING:
    from wizard.cli.json_lines import Lines


def say(sentences: Iterable[str], stream: TextIO) -> None:
    """A line each, that cannot steer the terminal."""
    for sentence in sentences:
        print(clean(sentence), file=stream)


def say_problem(lines: Lines, problem: WizardError) -> None:
    """What stands in the way, on standard error and as a JSON line."""
    from wizard.ui.common.console import tell

    tell(lines.own(problem), sys.stderr)
    lines.problem(problem)


def can_ask() -> bool:
    """Whether there is somebody to answer at the terminal's error stream."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def go_ahead(region: str, account: str) -> bool:
    """Ask whether to begin, on standard error: standard output is data."""
    import questionary
    from prompt_toolkit.output import create_output

    question = f"Go ahead in {region}, account {account}?"
    output = create_output(stdout=sys.stderr)
    return bool(questionary.confirm(question, default=False, output=output).ask())
