"""The same without the screens: progress lines on stderr, the result on stdout."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TextIO

from wizard.answers.parsing import written
from wizard.changes import Foreseen
from wizard.changes.moved import Move, moves
from wizard.changes.text import plan_text
from wizard.costs import snapshot as shipped_prices
from wizard.engine.plan_file import SavedPlan
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow, Prepared, pace
from wizard.headless.order import Order, begin, foreseen, ready, told_problem
from wizard.headless.replay import replayed
from wizard.headless.settle import Settled, settle_there
from wizard.journal.words import headline, whose
from wizard.machine.clock import Clock
from wizard.machine.signals import Stopped, stopping
from wizard.plan.model import PROOFS, Plan
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Cost
from wizard.readings.left import existing, still_going
from wizard.readings.meanwhile import meanwhile, words
from wizard.runs import goingon
from wizard.runs.resume import resume_command, undo_command
from wizard.telling.console import Console, clean, tell
from wizard.telling.events import Event, Sink
from wizard.telling.jsonlines import Lines
from wizard.telling.pulse import Beat, Pulse, beating


def apply(order: Order, *, yes: bool, saved: str = "") -> ExitCode:
    """Set everything up, by a saved plan where its file is given.

    Raises WizardError for what stands in the way.
    """
    lines = order.lines("apply")
    with lines.ending():
        flow, plan = Flow(order.passwords, take_over=order.take_over), None
        if saved:
            order, plan = replayed(order, Path(saved), flow)
        _tell_of_earlier(order, lines)
        settled = settle_there(order.draft, flow, order.accepted)
        prepared = flow.prepare(settled.answers, edits=order.edits, ruling=settled.ruling)
        if order.resumed:
            goingon.demand_account(order.resumed, prepared.account)
        begin(lines, prepared, settled.there)
        found = foreseen(prepared)
        if plan and found and (moved := moves(plan, found)):
            return _moved(lines, plan, moved)
        if not ready(lines, prepared, settled.there) or found is None:
            print("Nothing was created.", file=sys.stderr)
            lines.result(ExitCode.NOT_READY)
            return ExitCode.NOT_READY
        if not yes:
            _confirm(order, found)
        code = _run(order, flow, prepared, lines)
        if code is ExitCode.OK:
            _keep(order, settled)
        return code


def _keep(order: Order, settled: Settled) -> None:
    """What was accepted goes into the answers file, or the next run with it would put it back."""
    if not order.answers_file or not settled.kept:
        return
    from wizard.answersfile.keeping import keep

    texts = {key: written(settled.answers.values[key]) for key in settled.kept}
    try:
        changed = keep(Path(order.answers_file).expanduser(), texts)
    except WizardError as problem:
        tell(problem, sys.stderr, mark="!")
        return
    if changed:
        print(f"Kept in {clean(order.answers_file)}: {', '.join(changed)}", file=sys.stderr)


def _tell_of_earlier(order: Order, lines: Lines) -> None:
    """Say that this goes on with an earlier run; or that there is one, and how to go on with it."""
    if order.resumed:
        print(f"Going on. {headline(order.resumed)} {whose(order.resumed)}", file=sys.stderr)
    elif run := goingon.left(order.draft):
        warning = goingon.hint(run)
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)


def _moved(lines: Lines, plan: SavedPlan, moved: list[Move]) -> ExitCode:
    """Say what moved since the plan was saved. Nothing was changed."""
    for each in moved:
        problem = WizardError(f"{each.title} has moved.", code=ExitCode.MOVED)
        told_problem(lines, replace(problem, why=f"Then {each.then}, now {each.now}."))
    print(f"Nothing was changed: the plan of {plan.made} does not fit any more.", file=sys.stderr)
    print("Make a new one: formae-wizard plan --out FILE", file=sys.stderr)
    lines.result(ExitCode.MOVED, moved=[each.title for each in moved])
    return ExitCode.MOVED


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
        found["undo"] = undo_command(prepared.answers)
        costs = sum((cost.amount for cost in _meanwhile(prepared, outcome)), Decimal(0))
        found["costs_a_month"] = round(float(costs), 2)
    return found


def _confirm(order: Order, found: Foreseen) -> None:
    """Show the rows and ask, on the terminal's error stream: standard output is data."""
    if order.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WizardError(
            "Nothing was created: it was not confirmed.",
            "With --json nobody is asked."
            if order.as_json
            else "There is no terminal, so nobody can be asked.",
            "Look at it with `formae-wizard plan`, and add --yes.",
            ExitCode.USAGE,
        )
    import questionary
    from prompt_toolkit.output import create_output

    sys.stderr.write(plan_text(found))
    question = f"Go ahead in {found.plan.region}, account {found.account}?"
    output = create_output(stdout=sys.stderr)
    if not questionary.confirm(question, default=False, output=output).ask():
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
        if flow.keychain:
            print(flow.keychain, file=stream)
        told_log(flow, stream)
        return ExitCode.OK
    for _step, problem in outcome.errors:
        tell(problem, sys.stderr)
    _unfinished(flow, prepared, outcome)
    told_log(flow, sys.stderr)
    if outcome.errors:
        print("Gather what helps others to help: formae-wizard support", file=sys.stderr)
    return ExitCode.INTERRUPTED if outcome.interrupted else ExitCode.FAILED


def _unfinished(flow: Flow, prepared: Prepared, outcome: Outcome) -> None:
    """What exists, what AWS goes on with, and how to go on."""
    there = ", ".join(existing(outcome, prepared.plan))
    print(f"What exists now: {clean(there) or 'nothing'}", file=sys.stderr)
    for going in still_going(outcome, prepared.plan, prepared.answers.profile):
        print(f"AWS goes on with: {clean(going.words)}", file=sys.stderr)
        print(f"  Ask how far it is: {clean(going.ask)}", file=sys.stderr)
    if costs := words(_meanwhile(prepared, outcome)):
        print(f"Costs meanwhile, idle: {costs}", file=sys.stderr)
    print(f"Go on from here: {clean(_resume(flow, prepared))}", file=sys.stderr)
    if there:
        print(f"Remove what it made: {clean(undo_command(prepared.answers))}", file=sys.stderr)
    edited = ", ".join(each.name for each in prepared.plan.documents if each.edited)
    if edited and not prepared.edits_folder:
        print(f"It does not know of what you edited by hand: {clean(edited)}", file=sys.stderr)


def _meanwhile(prepared: Prepared, outcome: Outcome) -> list[Cost]:
    prices = shipped_prices(prepared.plan.region)
    return meanwhile(outcome, prepared.plan, prepared.answers, prices)


def _resume(flow: Flow, prepared: Prepared) -> str:
    own_password = "api" in flow.passwords
    folder = prepared.edits_folder
    return resume_command(prepared.answers, own_password=own_password, edits=folder)


def told_log(flow: Flow, stream: TextIO) -> None:
    """Where the log of the run is, or why there is none; and why there is no journal."""
    if flow.log:
        print(f"Log: {flow.log.path}" if flow.log.path else flow.log.problem, file=stream)
    if flow.journal and flow.journal.problem:
        print(flow.journal.problem, file=stream)


def _made(prepared: Prepared, outcome: Outcome) -> list[str]:
    steps = [each for each in outcome.changed if _makes(prepared, each)]
    return [prepared.plan.step(each).title for each in steps]


def _makes(prepared: Prepared, step_id: str) -> bool:
    return not isinstance(prepared.plan.step(step_id).make, PROOFS)
