"""A job followed without the screens: progress lines on stderr, the end on stdout; JSON lines."""

from __future__ import annotations

import sys
import threading

from wizard.base.errors import ExitCode
from wizard.base.events import Event
from wizard.cli.json_lines import Lines
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, pace
from wizard.engine.job import Job, end
from wizard.local.clock import Clock
from wizard.local.process import Stopped, stopping
from wizard.ui.common.console import Console, Heartbeat, Pulse, beating
from wizard.ui.common.ending import taken_back, tell_problems, transcript


def follow(flow: Flow, job: Job, lines: Lines, *, as_json: bool) -> ExitCode:
    """Do it, and tell how it ended. Raises WizardError where it could not even begin."""
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
