"""A set-up without the screens: answers settled, checked against the account, and done."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from wizard.answers.parsing import written
from wizard.changes import Foreseen
from wizard.changes.moved import Move, moves
from wizard.changes.saved import SavedPlan
from wizard.changes.text import plan_text
from wizard.engine.apply_job import apply_job
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.follow import follow
from wizard.headless.order import Order, begin, foreseen, ready, told_problem
from wizard.headless.replay import replayed
from wizard.headless.settle import Settled, settle_there
from wizard.journal.words import headline, whose
from wizard.runs import goingon
from wizard.telling.console import clean, tell
from wizard.telling.jsonlines import Lines


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
        code = follow(flow, apply_job(flow, prepared), lines, as_json=order.as_json)
        if code is ExitCode.OK:
            _keep(order, settled)
        return code


def _keep(order: Order, settled: Settled) -> None:
    """What was accepted goes into the answers file, or the next run with it would put it back."""
    if not order.answers_file or not settled.kept:
        return
    from wizard.answersfile.keeping import keep

    texts = {key: written(getattr(settled.answers, key)) for key in settled.kept}
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
