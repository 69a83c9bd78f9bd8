"""See what is there before anything is made: the plan against the account, without a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import Any

from wizard.errors import AwsError, WizardError
from wizard.plan.graph import needs
from wizard.plan.model import Call, LookOnly, Plan, Step
from wizard.problems import explain
from wizard.readings import looking
from wizard.readings.apply.context import Known
from wizard.tools import Tools
from wizard.values import resolve


class Verdict(StrEnum):
    """What the run would do with a step."""

    MAKE = "will be made"
    KEEP = "is there"
    MEND = "will be changed"
    REMAKE = "will be removed and made again"
    DO = "will be done"
    REFUSE = "stands in the way"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen of one step."""

    verdict: Verdict
    problem: WizardError | None = None
    differs: tuple[str, ...] = ()


def survey(plan: Plan, tools: Tools) -> dict[str, Finding]:
    """What is there of every step, in the plan's order. Only read calls are made.

    A step that refers to something not there yet counts as not there itself. Raises WizardError
    when AWS cannot be asked at all.
    """
    known = Known(tools)
    findings: dict[str, Finding] = {}
    graph = TopologicalSorter({step.id: needs(step) for step in plan.steps})
    graph.prepare()
    with ThreadPoolExecutor(8, thread_name_prefix="survey") as pool:
        while graph.is_active():
            ready = graph.get_ready()
            seen = pool.map(lambda step_id: _seen(plan.step(step_id), known, tools), ready)
            for step_id, (finding, outputs) in zip(ready, seen, strict=True):
                findings[step_id] = finding
                if outputs is not None:
                    known.add(step_id, outputs)
                graph.done(step_id)
    return {step.id: findings[step.id] for step in plan.steps}


def problems(findings: Mapping[str, Finding]) -> Iterator[WizardError]:
    """What stands in the way, step by step."""
    return (finding.problem for finding in findings.values() if finding.problem)


def _seen(step: Step, known: Known, tools: Tools) -> tuple[Finding, dict[str, Any] | None]:
    if not step.see:
        return Finding(Verdict.DO), None
    scope = looking.StepScope(known)

    def call(each: Call, within: looking.StepScope) -> Any:
        return tools.call(each.service, each.operation, resolve(each.params, within))

    try:
        there = looking.look(step, scope, call)
    except KeyError:
        return Finding(Verdict.MAKE), None  # it refers to something that is not there yet
    except AwsError as error:
        return Finding(Verdict.REFUSE, explain(error, step.title)), None
    if not there:
        return _absent(step), None
    return _found(step, scope), looking.outputs(step, scope)


def _absent(step: Step) -> Finding:
    if isinstance(step.make, LookOnly):
        return Finding(Verdict.REFUSE, WizardError(step.make.missing, "", step.make.fix))
    return Finding(Verdict.MAKE)


def _found(step: Step, scope: looking.StepScope) -> Finding:
    problem = looking.refusal(step, scope)
    if problem:
        return Finding(Verdict.REFUSE, problem)
    if looking.broken(step, scope):
        return Finding(Verdict.REMAKE)
    try:
        differs = tuple(fit.what for fit in looking.misfits(step, scope))
    except KeyError:
        differs = ("what it refers to",)
    return Finding(Verdict.MEND if differs else Verdict.KEEP, differs=differs)
