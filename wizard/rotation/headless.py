"""Rotation without the screens: shown, agreed to, done, and what works now told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from wizard.engine.rotate_job import rotate_job
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.follow import follow
from wizard.headless.foretell import row_members
from wizard.headless.order import Order, told_problem
from wizard.headless.settle import settle_named
from wizard.rotation.run import Rotation, Wish, prepare
from wizard.rotation.shown import preview
from wizard.telling.console import clean, tell
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
        return follow(flow, rotate_job(flow, rotation, wish), lines, as_json=order.as_json)


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
            lines.write("row", **row_members(row, details=False))
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


def _say(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(clean(line), file=stream)
