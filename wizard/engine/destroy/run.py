"""The plan backwards: what goes is removed side by side where the graph allows, and waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from wizard.base.events import REMOVED, Event, Sink, StepState
from wizard.base.values import resolve
from wizard.engine.apply import Outcome, Residue, StepResult
from wizard.engine.apply.context import Context
from wizard.engine.apply.run import Way, go
from wizard.engine.apply.step import problem_of as in_words
from wizard.engine.apply.step import remove
from wizard.engine.destroy.plan import DeleteAction, Remains
from wizard.journal import NO_CHANGE_LOG, ChangeLog
from wizard.plan.graph import backwards, last
from wizard.plan.model import Plan, WriteClientConfig
from wizard.plan.world import World


@dataclass(frozen=True, slots=True)
class Departure:
    """A removal that was shown to the person: its plan, and what is there of it."""

    plan: Plan
    remains: Remains
    agreed: bool = False
    """Whether the person agreed to what needs their consent."""


def depart(
    departure: Departure,
    world: World,
    sink: Sink,
    stop: threading.Event,
    change_log: ChangeLog = NO_CHANGE_LOG,
) -> Outcome:
    """Remove what goes; `sink` hears every event, from several threads one at a time.

    Setting `stop` ends the run after the calls under way. A step that fails holds up only what it
    is needed for; a CLI config that cannot be put back holds up nothing.
    """
    plan = departure.plan
    way = Way(
        before=backwards(plan),
        work=_Removal(departure).work,
        known=departure.remains.known,
        turns=last(plan),
        change_log=change_log,
        lenient=frozenset(
            step.id for step in plan.steps if isinstance(step.make, WriteClientConfig)
        ),
    )
    told = {
        step_id
        for step_id, seen in departure.remains.seen.items()
        if seen.action not in {DeleteAction.GONE, DeleteAction.NOTHING}
    }

    def heard(event: Event) -> None:
        if event.step in told:
            sink(event)

    return go(plan, world, heard, stop, way)


@dataclass(frozen=True, slots=True)
class _Removal:
    departure: Departure

    def work(self, context: Context) -> StepResult:
        """What becomes of one step's thing; never raises for what AWS or the world does."""
        seen = self.departure.remains.seen[context.step.id]
        match seen.action:
            case DeleteAction.GOES:
                return _timed(context, self._removed)
            case DeleteAction.CONFIG:
                return _timed(context, _put_back)
            case DeleteAction.STAYS:
                context.moved(StepState.KEPT, note=seen.why)
                return StepResult(StepState.KEPT)
            case DeleteAction.GONE | DeleteAction.NOTHING:
                return StepResult(StepState.KEPT)
            case _:
                assert_never(seen.action)

    def _removed(self, context: Context) -> StepResult:
        ordered = remove(context, agreed=self.departure.agreed)
        return _told(context, StepState.DONE, REMOVED if ordered else "was already gone")


def _put_back(context: Context) -> StepResult:
    action = context.step.make
    assert isinstance(action, WriteClientConfig)  # noqa: S101 - only such have this action
    context.moved(StepState.WORKING, note="restoring it")
    try:
        url = str(resolve(action.url, context.scope))
    except KeyError:
        url = ""  # the service, which knows it, is gone already
    with context.about("formae", "RestoreConfig"):
        put = context.world.restore_client_config(action.name, url)
    return _told(context, StepState.DONE if put.changed else StepState.KEPT, put.note)


def _told(context: Context, state: StepState, note: str) -> StepResult:
    context.moved(state, note=note)
    return StepResult(state)


def _timed(context: Context, work: Callable[[Context], StepResult]) -> StepResult:
    started = context.world.clock.now()
    try:
        result = work(context)
    except Exception as trouble:
        result = _broken_off(context, trouble)
    return replace(result, seconds=context.world.clock.now() - started)


def _broken_off(context: Context, trouble: Exception) -> StepResult:
    error, trail = in_words(trouble, context), context.trail
    going = trail.ordered and error is None
    left = Residue.GOING if going else Residue.THERE
    note = error.what if error else left.value if going else "stopped"
    state = StepState.FAILED if error else StepState.SKIPPED
    context.moved(state, status=trail.status if going else "", note=note, problem=error)
    return StepResult(state, error=error, left=left, status=trail.status)
