"""How a job ended, told on a terminal: what went wrong, what there is now, and where the log is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

from wizard.base.offer import offer
from wizard.base.text import clean
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow
from wizard.engine.job import End, Verb
from wizard.ui.common.console import tell

PUT_BACK = f"{offer().label} rolled the deployment back; the secrets are restored, too."
"""Said before a rotation's follow-up."""


def tell_problems(outcome: Outcome) -> None:
    """What went wrong, on standard error."""
    for _, problem in outcome.errors:
        tell(problem, sys.stderr)


def transcript(flow: Flow, end: End, stream: TextIO) -> None:
    """What is worth keeping in the scrollback; of a bad end it goes to standard error instead."""
    stream = stream if end.outcome.ok else sys.stderr
    for line in [*end.lines, *log_lines(flow)]:
        print(clean(line), file=stream)
    if end.outcome.errors and end.job.verb is Verb.APPLY:
        print("For help: formae-wizard support", file=stream)


def log_place(flow: Flow, none: str = "There is none.") -> str:
    """Where the log of the last run lies, or why there is none; `none` where nothing was run."""
    return str(flow.log.path or flow.log.problem) if flow.log else none


def log_lines(flow: Flow) -> Iterator[str]:
    """Where the log of the last run is, or why there is none; and why there is no journal."""
    if flow.log:
        yield f"Log: {flow.log.path}" if flow.log.path else flow.log.problem
    if flow.journal and flow.journal.problem:
        yield flow.journal.problem
