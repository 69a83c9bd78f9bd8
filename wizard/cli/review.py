"""What is told of a prepared plan before it is shown or run, where nobody is asked."""

from __future__ import annotations

import sys

from wizard.answers.model import Answers, Source
from wizard.answers.questions import question
from wizard.base.text import clean
from wizard.cli.json_lines import Lines
from wizard.cli.output import say_problem
from wizard.engine.account.read_answers import Deployed, overwritten
from wizard.engine.account.retained import retained
from wizard.engine.drift import Drift, Resolution, resolved
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import Foreseen, foresee
from wizard.ui.common.console import tell


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
