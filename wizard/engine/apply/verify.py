"""Show that a plan is brought about already: nothing is changed, and so nothing is claimed.

A step that was just found as wanted is kept by that. What AWS can be at work on, and what proves
that the agent answers, is looked at now.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager

from wizard.base.errors import Interrupted
from wizard.base.events import Event, Sink, StepMoved, StepState
from wizard.engine.apply.context import Context, Known
from wizard.engine.apply.run import Outcome, Way, go
from wizard.engine.apply.step import StepResult, bring_about
from wizard.engine.diff import Action, PlannedChange
from wizard.plan.graph import edges
from wizard.plan.model import PROOFS, Plan
from wizard.plan.world import World


class _NoChange:
    """A change log in which no change can be written: the step that is about to make one stops."""

    def __init__(self) -> None:
        self.due = False

    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Take note that a change is due. Raises Interrupted, before the change is made."""
        del step, service, operation
        self.due = True
        raise Interrupted


def nothing_due(plan: Plan, findings: Mapping[str, PlannedChange]) -> bool:
    """Whether a run would change nothing, going by what was found of every step."""
    found = ((step, findings[step.id].action) for step in plan.steps)
    return all(
        action is Action.KEEP or (action is Action.RUN and isinstance(step.make, PROOFS))
        for step, action in found
    )


def verify(
    plan: Plan,
    world: World,
    sink: Sink,
    stop: threading.Event,
    findings: Mapping[str, PlannedChange],
) -> Outcome | None:
    """Go through a plan of which nothing is due; `sink` and `stop` are as in `go`.

    None where a change turns out to be due after all: it was not made, and `sink` was not told of
    the steps that were stopped for it.
    """
    change_log = _NoChange()

    def work(context: Context) -> StepResult:
        step, finding = context.step, findings[context.step.id]
        if finding.action is not Action.KEEP or step.wait:
            return bring_about(context)
        context.moved(StepState.KEPT, outputs=finding.outputs)
        return StepResult(StepState.KEPT, finding.outputs)

    def heard(event: Event) -> None:
        stopped = isinstance(event, StepMoved) and event.state is StepState.SKIPPED
        if not (change_log.due and stopped):
            sink(event)

    way = Way(before=edges(plan), work=work, known=Known(world), change_log=change_log)
    outcome = go(plan, world, heard, stop, way)
    return None if change_log.due else outcome
