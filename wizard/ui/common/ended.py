"""How a job ended, told on a terminal: what went wrong, what there is now, and where the log is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from wizard.base.errors import WizardError
from wizard.base.offer import offer
from wizard.base.text import clean
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow
from wizard.engine.job import End, Verb
from wizard.plan.model import Plan
from wizard.ui.common.console import say, tell

PUT_BACK = f"{offer().label} rolled the deployment back; the secrets are restored, too."
"""Said before a rotation's follow-up."""


def problems(plan: Plan, outcome: Outcome) -> list[WizardError]:
    """What went wrong, the first cause first; one that stopped several steps comes once."""
    titles = {step.id: step.title for step in plan.steps}
    found: dict[tuple[object, ...], tuple[WizardError, list[str]]] = {}
    for step, problem in outcome.errors:
        found.setdefault(problem.cause, (problem, []))[1].append(titles.get(step, step))
    return [_once(problem, stopped) for problem, stopped in found.values()]


def _once(problem: WizardError, stopped: list[str]) -> WizardError:
    if len(stopped) == 1:
        return problem
    steps = f"{', '.join(stopped[:-1])} and {stopped[-1]}"
    return replace(problem, what=f"{problem.what} {len(stopped)} steps stopped for that: {steps}.")


def tell_problems(plan: Plan, outcome: Outcome) -> None:
    """What went wrong, on standard error."""
    for problem in problems(plan, outcome):
        tell(problem, sys.stderr)


def transcript(flow: Flow, end: End, stream: TextIO) -> None:
    """What is worth keeping in the scrollback; of a bad end it goes to standard error instead."""
    stream = stream if end.outcome.ok else sys.stderr
    for line in [*end.lines, *log_lines(flow)]:
        say(clean(line), stream)
    if end.outcome.errors and not flow.demo and end.job.verb is Verb.APPLY:
        print("For help: formae-wizard support", file=stream)


def log_place(flow: Flow, none: str = "There is none.") -> str:
    """Where the log of the last run lies, or why there is none; `none` where nothing was run."""
    return str(flow.log.path or flow.log.problem) if flow.log else none


def log_lines(flow: Flow) -> Iterator[str]:
    """Where the log of the last run is, or why there is none; and why there is no journal.

    None of it outlives the demo.
    """
    if flow.demo:
        return
    if flow.log:
        yield f"Log: {flow.log.path}" if flow.log.path else flow.log.problem
    if flow.journal and flow.journal.problem:
        yield flow.journal.problem
