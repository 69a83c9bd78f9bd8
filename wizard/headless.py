"""The same without the screens: progress lines on stderr, the result on stdout."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TextIO

from wizard.clock import Clock
from wizard.console import Console, clean, tell
from wizard.edits import Edits
from wizard.errors import ExitCode, WizardError
from wizard.events import Event, Sink
from wizard.flow import Flow, Prepared, pace
from wizard.jsonlines import Lines
from wizard.plan.model import PROOFS, Plan
from wizard.pulse import Beat, Pulse, beating
from wizard.readings.apply import Outcome
from wizard.readings.left import existing, still_going
from wizard.resume import resume_command
from wizard.settle import Draft, settle
from wizard.signals import Stopped, stopping


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of a verb that asks nobody."""

    draft: Draft
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    edits: Edits = field(default_factory=dict)
    as_json: bool = False

    def lines(self, verb: str) -> Lines:
        """The JSON lines on standard output; where they are not wanted, a writer of nothing."""
        stream = sys.stdout if self.as_json else None
        return Lines(verb, stream, Clock(pace()), self.passwords.values())


def apply(order: Order, *, yes: bool) -> ExitCode:
    """Set everything up. Raises WizardError for what stands in the way."""
    lines = order.lines("apply")
    with lines.ending():
        flow = Flow(order.passwords)
        prepared = flow.prepare(settle(order.draft, flow), edits=order.edits)
        begin(lines, prepared)
        if not ready(lines, prepared):
            print("Nothing was created.", file=sys.stderr)
            lines.result(ExitCode.NOT_READY)
            return ExitCode.NOT_READY
        if not yes:
            _confirm(prepared)
        return _run(order, flow, prepared, lines)


def begin(lines: Lines, prepared: Prepared) -> None:
    """The first of the JSON lines."""
    plan = prepared.plan
    lines.start(name=plan.name, region=plan.region, account=prepared.account)


def ready(lines: Lines, prepared: Prepared) -> bool:
    """Whether the run may begin; what stands in the way or is doubtful is told."""
    problems = prepared.preflight.problems
    for problem in problems:
        tell(problem, sys.stderr)
        lines.problem(problem)
    if problems:
        return False
    for warning in prepared.preflight.warnings:
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)
    return True


def narrated(
    plan: Plan, lines: Lines, run: Callable[[Sink, threading.Event], Outcome]
) -> tuple[Outcome, Stopped]:
    """The run, told on standard error and in the JSON lines, and stopped by Ctrl-C and SIGTERM."""
    clock, stop = Clock(pace()), threading.Event()
    console, pulse = Console(plan, sys.stderr), Pulse(clock)
    heard = lines.sink(plan)

    def sink(event: Event) -> None:
        for each in (pulse, console, heard):
            each(event)

    def beat(each: Beat) -> None:
        console.beat(each)
        lines.beat(plan, each)

    with stopping(stop) as stopped, beating(pulse, clock, beat):
        outcome = run(sink, stop)
    return outcome, stopped


def _run(order: Order, flow: Flow, prepared: Prepared, lines: Lines) -> ExitCode:
    outcome, stopped = narrated(prepared.plan, lines, partial(flow.run, prepared))
    stream = sys.stderr if order.as_json else sys.stdout
    code = transcript(flow, prepared, outcome, stream)
    if code is ExitCode.INTERRUPTED and stopped.code:
        code = stopped.code
    for step, problem in outcome.errors:
        lines.problem(problem, step=step)
    lines.result(code, **_data(flow, prepared, outcome))
    return code


def _data(flow: Flow, prepared: Prepared, outcome: Outcome) -> dict[str, object]:
    """What the last of the JSON lines says."""
    plan, profile = prepared.plan, prepared.answers.profile
    found: dict[str, object] = {
        **flow.result(prepared, outcome),
        "changed": [step_id for step_id in outcome.changed if _makes(prepared, step_id)],
        "exists": existing(outcome, plan),
        "going": [each.words for each in still_going(outcome, plan, profile)],
        "seconds": round(outcome.seconds, 3),
        "log": str(flow.log.path) if flow.log and flow.log.path else None,
    }
    if not outcome.ok:
        found["resume"] = _resume(flow, prepared)
    return found


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


def transcript(flow: Flow, prepared: Prepared, outcome: Outcome, stream: TextIO) -> ExitCode:
    """What is worth keeping in the scrollback, and the exit code it means."""
    if outcome.ok:
        result = flow.result(prepared, outcome)
        changed = ", ".join(_made(prepared, outcome))
        print(f"The formae agent answers: {result['url']}", file=stream)
        print(f"Service: {result['service']}", file=stream)
        print(f"Changed: {changed or 'nothing, everything was as wanted'}", file=stream)
        if flow.record:
            print(f"Answers: {clean(str(flow.record))}", file=stream)
        told_log(flow, stream)
        return ExitCode.OK
    for _step, problem in outcome.errors:
        tell(problem, sys.stderr)
    _unfinished(flow, prepared, outcome)
    told_log(flow, sys.stderr)
    return ExitCode.INTERRUPTED if outcome.interrupted else ExitCode.FAILED


def _unfinished(flow: Flow, prepared: Prepared, outcome: Outcome) -> None:
    """What exists, what AWS goes on with, and how to go on."""
    there = ", ".join(existing(outcome, prepared.plan))
    print(f"What exists now: {clean(there) or 'nothing'}", file=sys.stderr)
    for going in still_going(outcome, prepared.plan, prepared.answers.profile):
        print(f"AWS goes on with: {clean(going.words)}", file=sys.stderr)
        print(f"  Ask how far it is: {clean(going.ask)}", file=sys.stderr)
    print(f"Go on from here: {clean(_resume(flow, prepared))}", file=sys.stderr)
    edited = ", ".join(each.name for each in prepared.plan.documents if each.edited)
    if edited and not prepared.edits_folder:
        print(f"It does not know of what you edited by hand: {clean(edited)}", file=sys.stderr)


def _resume(flow: Flow, prepared: Prepared) -> str:
    own_password = "api" in flow.passwords
    folder = prepared.edits_folder
    return resume_command(prepared.answers, own_password=own_password, edits=folder)


def told_log(flow: Flow, stream: TextIO) -> None:
    """Where the log of the run is, or why there is none."""
    if flow.log:
        print(f"Log: {flow.log.path}" if flow.log.path else flow.log.problem, file=stream)


def _made(prepared: Prepared, outcome: Outcome) -> list[str]:
    steps = [each for each in outcome.changed if _makes(prepared, each)]
    return [prepared.plan.step(each).title for each in steps]


def _makes(prepared: Prepared, step_id: str) -> bool:
    return not isinstance(prepared.plan.step(step_id).make, PROOFS)
