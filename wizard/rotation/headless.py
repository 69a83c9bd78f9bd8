"""Rotation without the screens: shown, agreed to, done, and what works now told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import TextIO

from wizard.changes.rows import members
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.apply import narrated, told_log
from wizard.headless.order import Order, told_problem
from wizard.headless.settle import settle_named
from wizard.plan.model import PROOFS, Plan
from wizard.readings.apply import Outcome
from wizard.rotation.run import Rotation, Wish, prepare, put_back, run
from wizard.rotation.shown import preview
from wizard.rotation.works import works
from wizard.telling.console import clean, tell
from wizard.telling.events import State
from wizard.telling.jsonlines import Lines


def rotate(order: Order, wish: Wish, *, yes: bool) -> ExitCode:
    """Rotate what is wished for. Raises WizardError for what stands in the way."""
    lines = order.lines("rotate")
    with lines.ending():
        _demand(wish)
        flow = Flow(order.passwords, take_over=order.take_over)
        answers = settle_named(order.draft, "client_config", "keychain")
        _say([f"Looking at {answers.name} in {answers.region} …"], sys.stderr)
        rotation = prepare(flow, answers, wish)
        lines.start(name=answers.name, region=answers.region, account=rotation.account)
        if rotation.nothing:
            return _nothing(order, lines)
        _show(order, rotation, lines)
        if rotation.problems:
            return _in_the_way(rotation, lines)
        if not yes:
            _confirm(order, rotation)
        return _run(order, flow, rotation, wish, lines)


def _demand(wish: Wish) -> None:
    if not (wish.api or wish.database):
        raise WizardError(
            "Nothing was changed: which password is to be another was not said.",
            "",
            "Add --api-password, --database-password, or both.",
            ExitCode.USAGE,
        )


def _nothing(order: Order, lines: Lines) -> ExitCode:
    stream = sys.stderr if order.as_json else sys.stdout
    _say(["Nothing to do: that is the API's password already."], stream)
    lines.result(ExitCode.OK, changed=[], works=[], put_back=False)
    return ExitCode.OK


def _in_the_way(rotation: Rotation, lines: Lines) -> ExitCode:
    for problem in rotation.problems:
        told_problem(lines, problem)
    _say(["Nothing was changed."], sys.stderr)
    lines.result(ExitCode.NOT_READY)
    return ExitCode.NOT_READY


def _show(order: Order, rotation: Rotation, lines: Lines) -> None:
    if order.as_json:
        for row in rotation.rows:
            lines.write("row", **members(row, details=False))
    sys.stderr.write("\n".join([*preview(rotation), ""]))
    for warning in rotation.warnings:
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)


def _confirm(order: Order, rotation: Rotation) -> None:
    if order.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WizardError(
            "Nothing was changed: it was not confirmed.",
            "With --json, or without a terminal, nobody can be asked.",
            "Add --yes to do what is shown above.",
            ExitCode.USAGE,
        )
    import questionary
    from prompt_toolkit.output import create_output

    question = f"Go ahead in {rotation.plan.region}, account {rotation.account}?"
    output = create_output(stdout=sys.stderr)
    if not questionary.confirm(question, default=False, output=output).ask():
        raise WizardError("Nothing was changed: you said no.", code=ExitCode.INTERRUPTED)


def _run(order: Order, flow: Flow, rotation: Rotation, wish: Wish, lines: Lines) -> ExitCode:
    plan = rotation.plan
    outcome, stopped = narrated(plan, lines, partial(run, flow, rotation, plan))
    code = _code(outcome, stopped.code)
    for step, problem in outcome.errors:
        tell(problem, sys.stderr)
        lines.problem(problem, step=step)
    back = put_back(flow, rotation, outcome) if code is ExitCode.FAILED else None
    if back:
        _say(["App Runner took the deployment back; the secrets are put back, too."], sys.stderr)
        narrated(back, lines, partial(run, flow, rotation, back))
    stream = sys.stderr if order.as_json or code else sys.stdout
    found = works(flow, rotation, wish)
    _say(filter(None, [*found.values(), flow.keychain]), stream)
    if code:
        _say([f"Go on from here: {rotation.again}"], stream)
    told_log(flow, stream)
    lines.result(
        code, changed=_changed(plan, outcome), works=list(found.values()), put_back=back is not None
    )
    return code


def _changed(plan: Plan, outcome: Outcome) -> list[str]:
    """Ids of the steps that did more than ask."""
    asked = {
        step.id
        for step in plan.steps
        if isinstance(step.make, PROOFS) and outcome.results[step.id].state is State.DONE
    }
    return [each for each in outcome.changed if each not in asked]


def _code(outcome: Outcome, stopped: ExitCode | None) -> ExitCode:
    if outcome.ok:
        return ExitCode.OK
    return (stopped or ExitCode.INTERRUPTED) if outcome.interrupted else ExitCode.FAILED


def _say(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(clean(line), file=stream)
