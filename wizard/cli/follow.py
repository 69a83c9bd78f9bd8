"""What a verb without screens tells: of its plan before it begins, of its job until the end.

Progress goes to standard error, the end to standard output; both also as JSON lines.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from wizard.answers.model import Answers, Source
from wizard.answers.questions import question
from wizard.base.errors import ExitCode
from wizard.base.events import Event
from wizard.base.text import clean
from wizard.cli.json_lines import Lines
from wizard.cli.output import say_problem
from wizard.engine.account.read_answers import Deployed, overwritten
from wizard.engine.apply import Outcome
from wizard.engine.drift import Drift, Resolution, resolved
from wizard.engine.flow import Flow, Prepared, pace
from wizard.engine.plan_report import Foreseen, foresee, retained
from wizard.local.clock import Clock
from wizard.local.process import Stopped, stopping
from wizard.ui.common.console import Console, Heartbeat, Pulse, beating, tell

if TYPE_CHECKING:
    from wizard.engine.job import Job


def follow(flow: Flow, job: Job, lines: Lines, *, as_json: bool) -> ExitCode:
    """Do it, and tell how it ended. Raises WizardError where it could not even begin."""
    from wizard.engine.job import end
    from wizard.ui.common.ending import taken_back, tell_problems, transcript

    outcome, stopped = _narrated(job, lines)
    tell_problems(job.plan, outcome)
    for step, problem in outcome.errors:
        lines.problem(problem, step=step)

    def put_back(due: Job) -> Outcome:
        print(taken_back(due), file=sys.stderr)
        return _narrated(due, lines)[0]

    ended = end(job, outcome, put_back)
    transcript(flow, ended, sys.stderr if as_json else sys.stdout)
    code = stopped.code if outcome.interrupted and stopped.code else ended.code
    lines.result(code, **ended.summary.data)
    return code


def _narrated(job: Job, lines: Lines) -> tuple[Outcome, Stopped]:
    """The run, told on standard error and in the JSON lines, and stopped by Ctrl-C and SIGTERM."""
    clock, stop = Clock(pace()), threading.Event()
    console, pulse = Console(job.plan, sys.stderr), Pulse(clock)
    heard = lines.sink(job.plan)

    def sink(event: Event) -> None:
        for each in (pulse, console, heard):
            each(event)

    def beat(each: Heartbeat) -> None:
        console.beat(each)
        lines.beat(job.plan, each)

    with stopping(stop) as stopped, beating(pulse, clock, beat):
        outcome = job.work(sink, stop)
    return outcome, stopped


def begin(lines: Lines, prepared: Prepared, there: Deployed) -> None:
    """The first of the JSON lines; then what somebody changed since, and what nobody could see."""
    plan = prepared.plan
    lines.start(name=plan.name, region=plan.region, account=prepared.account)
    for each in there.drift:
        becomes = _becomes(each, prepared.answers)
        words = f"{each.words}. {becomes}"
        sys.stderr.write(f"! Changed in AWS since setup: {clean(words)}\n")
        lines.finding(
            f"drift.{each.name}",
            each.what,
            "changed since",
            words,
            key=each.name,
            chosen=each.chosen,
            now=each.now,
            becomes=becomes,
        )
    for stay in retained(there.answers, prepared.answers):
        sys.stderr.write(f"! {clean(stay.words)}\n")
        lines.finding(f"stays.{stay.kind}", stay.kind, "stays", stay.words)
    for gap in there.gaps:
        sys.stderr.write(f"! {clean(gap.words)}\n")
        lines.finding("gap", gap.what, "not seen", gap.why)


def foreseen(prepared: Prepared) -> Foreseen | None:
    """What the run would change; None where the account could not be looked at.

    In that case the preflight says why.
    """
    return foresee(prepared) if prepared.preflight.findings else None


def _becomes(drift: Drift, answers: Answers) -> str:
    """What the run does with an answer that somebody changed, as a sentence."""
    given, flag = answers.given.get(drift.field), question(drift.field).flag
    becomes = resolved(given)
    if given is None or becomes is Resolution.KEPT:
        return f"{becomes.value}; {flag} puts it back."
    words = f"{becomes.value} ({given.words})"
    named = given.source is Source.FLAG
    return f"{words}." if named else f"{words}; --accept {drift.name} keeps it."


def ready(lines: Lines, prepared: Prepared, there: Deployed) -> bool:
    """Whether the run may begin; what stands in the way or is doubtful is told."""
    problems = [*prepared.preflight.problems, *overwritten(there, prepared.answers)]
    for problem in problems:
        say_problem(lines, problem)
    if problems:
        return False
    for warning in prepared.preflight.warnings:
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)
    return True
