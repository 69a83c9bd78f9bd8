"""The plan's graph: edges are the references between steps, nobody writes them twice."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from wizard.base.values import refs
from wizard.plan.model import Plan, Step


def needs(step: Step) -> frozenset[str]:
    """Ids of the steps that must have ended before this one starts."""
    return frozenset(ref.step for ref in refs(step)) - {step.id} | step.after


def sorter(known: Mapping[str, frozenset[str]]) -> TopologicalSorter[str]:
    """A prepared sorter over `edges` or `backwards`; ValueError names the path of a cycle."""
    graph = TopologicalSorter(known)
    try:
        graph.prepare()
    except CycleError as error:
        raise ValueError("The plan runs in a circle: " + " -> ".join(error.args[1])) from None
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
