"""The plan's graph: its edges are the references between steps, which nobody writes twice.

The step whose thing carries a run's claim comes first, and goes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from wizard.base.offer import offer
from wizard.base.values import refs
from wizard.plan.model import PROOFS, Call, Plan, Step


def needs(step: Step) -> frozenset[str]:
    """Ids of the steps that must have ended before this one starts."""
    return frozenset(ref.step for ref in refs(step)) - {step.id} | step.after


def sorter(known: Mapping[str, frozenset[str]]) -> TopologicalSorter[str]:
    """A prepared sorter over `edges` or `backwards`; ValueError names the path of a cycle."""
    graph = TopologicalSorter(known)
    try:
        graph.prepare()
    except CycleError as error:
        raise ValueError("The plan has a cycle: " + " -> ".join(error.args[1])) from None
    return graph


def edges(plan: Plan) -> dict[str, frozenset[str]]:
    """What every step needs, by its id. Finding it takes a while; it never changes."""
    return {step.id: needs(step) for step in plan.steps}


def backwards(plan: Plan) -> dict[str, frozenset[str]]:
    """What must be gone before each step is taken back: everything that needed it."""
    known = edges(plan)
    return {gone: frozenset(each for each in known if gone in known[each]) for gone in known}


def longest_path(
    plan: Plan, seconds: Mapping[str, float], known: Mapping[str, frozenset[str]] | None = None
) -> float:
    """The length of the critical path, given how long each step takes; `known` are its edges."""
    known = edges(plan) if known is None else known
    ends: dict[str, float] = {}
    for step_id in TopologicalSorter(known).static_order():
        start = max((ends[need] for need in known[step_id]), default=0.0)
        ends[step_id] = start + seconds.get(step_id, 0.0)
    return max(ends.values(), default=0.0)


def place(plan: Plan) -> str:
    """The step whose thing carries a run's claim; a plan need not have it."""
    return offer(plan.host).claimed.step


def turns(plan: Plan) -> dict[str, frozenset[str]]:
    """What besides its needs each step waits for: nothing is changed before the claim has a place.

    Empty where the plan has no such step.
    """
    first = place(plan)
    if first not in {step.id for step in plan.steps}:
        return {}
    needed = _needed(plan)
    return {
        step.id: frozenset({first})
        for step in plan.steps
        if step.id not in needed and not isinstance(step.make, PROOFS)
    }


def last(plan: Plan) -> dict[str, frozenset[str]]:
    """What a removal waits for before the claim's step goes: all but what that step needs."""
    needed = _needed(plan)
    return {place(plan): frozenset(step.id for step in plan.steps) - needed}


def stamped(plan: Plan, tag: Mapping[str, str]) -> Plan:
    """The plan whose place is made with this tag on it: of two that make it, one has the claim."""
    first = place(plan)
    steps = (_stamped(step, tag) if step.id == first else step for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _stamped(step: Step, tag: Mapping[str, str]) -> Step:
    if not isinstance(step.make, Call):
        return step
    params = step.make.params
    tags = params["tags"]
    assert isinstance(tags, list)  # noqa: S101 - the section's own
    return replace(step, make=replace(step.make, params={**params, "tags": [*tags, dict(tag)]}))


def _needed(plan: Plan) -> frozenset[str]:
    """The place, and what it needs itself."""
    known, found, more = edges(plan), frozenset[str](), frozenset({place(plan)})
    while more:
        found |= more
        more = frozenset(each for step_id in more for each in known.get(step_id, ())) - found
    return found
