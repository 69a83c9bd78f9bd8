"""Prove a plan offline: every call fits AWS's own models, every reference can be resolved."""

from __future__ import annotations

from collections.abc import Iterator

import jmespath
from jmespath.exceptions import JMESPathError

from wizard.aws.models import call_problems
from wizard.base.values import Found, Joined, Merged, parts, refs
from wizard.plan.graph import edges, sorter
from wizard.plan.model import (
    Before,
    Call,
    DeleteSpec,
    Expectation,
    LookOnly,
    Lookup,
    Obstacle,
    Output,
    Plan,
    Poll,
    Prerequisite,
    Refusal,
    Report,
    RestoreSpec,
    Step,
    Stuck,
    Unmanaged,
)
from wizard.plan.placeholders import params_of


def check(plan: Plan) -> list[str]:
    """What is wrong with the plan, one sentence each; empty for a sound one."""
    problems = [*_identifiers(plan), *_references(plan)]
    if problems:
        return problems
    try:
        sorter(edges(plan))
    except ValueError as error:
        return [str(error)]
    return [
        f"{step.id}: {problem}"
        for step in plan.steps
        for problem in (*_calls(step, plan), *_paths(step), *_faces(step))
    ]


def _identifiers(plan: Plan) -> Iterator[str]:
    seen: set[str] = set()
    for step in plan.steps:
        if step.id in seen:
            yield f"{step.id}: two steps have this id"
        seen.add(step.id)


def _references(plan: Plan) -> Iterator[str]:
    known = {(step.id, name) for step in plan.steps for name in step.outputs}
    ids = {step.id for step in plan.steps}
    for step in plan.steps:
        for ref in sorted(refs(step), key=str):
            if (ref.step, ref.output) not in known:
                yield f"{step.id}: refers to {ref.step}.{ref.output}, which no step has"
        for other in sorted(step.after - ids):
            yield f"{step.id}: comes after {other}, which does not exist"
        if step.part_of and step.part_of not in ids:
            yield f"{step.id}: is part of {step.part_of}, which does not exist"


def _calls(step: Step, plan: Plan) -> Iterator[str]:
    for part in parts(step):
        if isinstance(part, Call):
            yield from call_problems(part.service, part.operation, params_of(part.params, plan))


def _paths(step: Step) -> Iterator[str]:
    for path in _expressions(step):
        try:
            jmespath.compile(path)
        except JMESPathError as error:
            yield f"“{path}” is not JMESPath: {error}"


def _expressions(step: Step) -> Iterator[str]:
    yield from filter(None, (step.owned, step.broken, *(each.across for each in step.refusals)))
    for part in parts(step):
        match part:
            case Lookup():
                yield part.pick
            case (
                Poll()
                | Expectation()
                | Refusal()
                | Output()
                | Found()
                | Before()
                | Merged()
                | Joined()
                | Obstacle()
                | Unmanaged()
            ):
                yield part.path
            case DeleteSpec():
                yield from filter(None, (part.gone, part.busy, part.failed, part.status))
            case Report():
                yield part.lines
            case RestoreSpec():
                yield from filter(None, (part.when, part.moving))
            case Prerequisite() | Stuck():
                yield part.when
            case _:
                pass


def _faces(step: Step) -> Iterator[str]:
    if not step.title or not step.why.rstrip().endswith((".", "?", "!")):
        yield "title or reason is missing or no full sentence"
    if isinstance(step.make, Call) and not step.lookups:
        yield "makes something that it does not look for first"
    if isinstance(step.make, LookOnly) and not step.lookups and not step.wait:
        yield "neither looks nor waits"
    if step.wait and not step.wait.until:
        yield "waits for nothing"
