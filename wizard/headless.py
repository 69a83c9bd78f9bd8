"""The same without the screens: progress lines on stderr, the result on stdout."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

from wizard.console import Console, clean, tell
from wizard.errors import ExitCode, WizardError
from wizard.flow import Flow, Prepared
from wizard.plan.model import PROOFS
from wizard.readings.apply import Outcome
from wizard.readings.left import existing, still_going
from wizard.resume import resume_command
from wizard.settle import Draft, settle


def apply(draft: Draft, passwords: dict[str, str], *, yes: bool) -> ExitCode:
    """Set everything up. Raises WizardError for what stands in the way."""
    flow = Flow(passwords)
    prepared = flow.prepare(settle(draft, flow))
    if prepared.preflight.problems:
        for problem in prepared.preflight.problems:
            tell(problem, sys.stderr)
        print("Nothing was created.", file=sys.stderr)
        return ExitCode.NOT_READY
    for warning in prepared.preflight.warnings:
        tell(warning, sys.stderr, mark="!")
    if not yes:
        _confirm(prepared)
    stop = threading.Event()
    with _stopping(stop):
        outcome = flow.run(prepared, Console(prepared.plan, sys.stderr), stop)
    return transcript(flow, prepared, outcome, sys.stdout)


def _confirm(prepared: Prepared) -> None:
    if not sys.stdin.isatty():
        raise WizardError(
            "Nothing was created: it was not confirmed.",
            "Standard input is not a terminal, so nobody can be asked.",
            "Add --yes.",
            ExitCode.USAGE,
        )
    import questionary

    for step in prepared.plan.steps:
        verdict = prepared.preflight.findings[step.id].verdict
        print(f"  {step.title}: {verdict.value}", file=sys.stderr)
    sure = questionary.confirm(f"Go ahead in {prepared.plan.region}?", default=False).ask()
    if not sure:
        raise WizardError("Nothing was created: you said no.", code=ExitCode.INTERRUPTED)


@contextlib.contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C ends the run after the calls under way, the second at once."""

    def first(_number: int, _frame: object) -> None:
        stop.set()
        print("\nStopping after the calls under way; Ctrl-C again ends at once.", file=sys.stderr)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def transcript(flow: Flow, prepared: Prepared, outcome: Outcome, stream: TextIO) -> ExitCode:
    """What is worth keeping in the scrollback, and the exit code it means."""
    if outcome.ok:
        result = flow.result(prepared, outcome)
        changed = ", ".join(_made(prepared, outcome))
        print(f"The formae agent answers: {result['url']}", file=stream)
        print(f"Service: {result['service']}", file=stream)
        print(f"Changed: {changed or 'nothing, everything was as wanted'}", file=stream)
        _log(flow, stream)
        return ExitCode.OK
    for _step, problem in outcome.errors:
        tell(problem, sys.stderr)
    _unfinished(flow, prepared, outcome)
    _log(flow, sys.stderr)
    return ExitCode.INTERRUPTED if outcome.interrupted else ExitCode.FAILED


def _unfinished(flow: Flow, prepared: Prepared, outcome: Outcome) -> None:
    """What exists, what AWS goes on with, and how to go on."""
    there = ", ".join(existing(outcome, prepared.plan))
    print(f"What exists now: {clean(there) or 'nothing'}", file=sys.stderr)
    for going in still_going(outcome, prepared.plan, prepared.answers.profile):
        print(f"AWS goes on with: {clean(going.words)}", file=sys.stderr)
        print(f"  Ask how far it is: {clean(going.ask)}", file=sys.stderr)
    again = resume_command(prepared.answers, own_password="api" in flow.passwords)
    print(f"Go on from here: {clean(again)}", file=sys.stderr)
    edited = ", ".join(each.name for each in prepared.plan.documents if each.edited)
    if edited:
        print(f"It does not know of what you edited by hand: {clean(edited)}", file=sys.stderr)


def _log(flow: Flow, stream: TextIO) -> None:
    if flow.log:
        print(f"Log: {flow.log.path}" if flow.log.path else flow.log.problem, file=stream)


def _made(prepared: Prepared, outcome: Outcome) -> list[str]:
    steps = map(prepared.plan.step, outcome.changed)
    return [step.title for step in steps if not isinstance(step.make, PROOFS)]
