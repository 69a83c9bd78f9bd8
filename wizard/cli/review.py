"""What is told of a prepared plan before it is shown or run, where nobody is asked."""

from __future__ import annotations

import sys
from dataclasses import asdict

from wizard.changes import Foreseen, foresee
from wizard.cli.output import say_problem
from wizard.deployed import Deployed
from wizard.deployed.stays import stays
from wizard.deployed.told import overwritten, told
from wizard.flow import Prepared
from wizard.telling.console import clean, tell
from wizard.telling.jsonlines import Lines


def begin(lines: Lines, prepared: Prepared, there: Deployed) -> None:
    """The first of the JSON lines; then what somebody changed since, and what nobody could see."""
    plan = prepared.plan
    lines.start(name=plan.name, region=plan.region, account=prepared.account)
    for each in told(there.drift, prepared.answers):
        sys.stderr.write(f"! Changed since it was set up: {clean(each.words)}\n")
        members = asdict(each)
        what = members.pop("what")
        lines.finding(f"drift.{each.key}", what, "changed since", each.words, **members)
    for stay in stays(there.answers, prepared.answers):
        sys.stderr.write(f"! {clean(stay.words)}\n")
        lines.finding(f"stays.{stay.kind}", stay.kind, "stays", stay.words)
    for gap in (each for each in there.gaps if not each.closed):
        sys.stderr.write(f"! {clean(gap.words)}\n")
        lines.finding("gap", gap.what, "not seen", gap.why)


def foreseen(prepared: Prepared) -> Foreseen | None:
    """What the run would change; None where the account could not be looked at.

    In that case the preflight says why.
    """
    findings = prepared.preflight.findings
    if not findings:
        return None
    plan, answers = prepared.plan, prepared.answers
    return foresee(
        plan,
        answers,
        findings,
        prepared.account,
        client_diff=prepared.client_diff,
        drift=prepared.drift,
    )


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
