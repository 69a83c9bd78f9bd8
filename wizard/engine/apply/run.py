"""Run the plan as a graph, or show that it is brought about already.

Whatever can go side by side does. Where nothing is due nothing is changed, and so nothing is
claimed: a step that was just found as wanted is kept by that, while what AWS can be at work on, and
what proves that the agent answers, is looked at now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from wizard.base.errors import Interrupted, WizardError
from wizard.base.events import Event, Sink, StepMoved, StepState
from wizard.engine.apply.context import Context, Known
from wizard.engine.apply.step import StepResult, bring_about
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.matching import StepScope
from wizard.journal import NO_CHANGE_LOG, ChangeLog
from wizard.plan.graph import edges, sorter, turns
from wizard.plan.model import PROOFS, Plan
from wizard.plan.world import World

AT_ONCE = 12
"""Steps under way at the same time; more than any plan's graph is wide."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the run ended, step by step, in the plan's order."""

    results: Mapping[str, StepResult]
    interrupted: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every step came to a good end."""
        good = {StepState.DONE, StepState.KEPT, StepState.CHANGED}
        return all(result.state in good for result in self.results.values())

    @property
    def changed(self) -> list[str]:
        """Ids of the steps that made or changed something."""
        return [
            step_id
            for step_id, result in self.results.items()
            if result.state in {StepState.DONE, StepState.CHANGED}
        ]

    @property
    def errors(self) -> list[tuple[str, WizardError]]:
        """First causes, by step; steps that were merely not reached have none."""
        return [(step_id, result.error) for step_id, result in self.results.items() if result.error]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """In which direction a plan is gone through, and what is done at each step."""

    before: Mapping[str, frozenset[str]]
    """What must have ended before each step."""
    work: Callable[[Context], StepResult]
    """Never raises for what AWS or the world does."""
    known: Known
    """What is known of steps before they are reached."""
    turns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What else must have ended before some steps, whatever came of it."""
    lenient: frozenset[str] = frozenset()
    """Steps that hold up nothing when they fail."""
    change_log: ChangeLog = NO_CHANGE_LOG
    """Hears of every change before it is made, and of what came of it."""


def apply(
    plan: Plan,
    world: World,
    sink: Sink,
    stop: threading.Event,
    change_log: ChangeLog = NO_CHANGE_LOG,
) -> Outcome:
    """Bring the whole plan about; see `go`."""
    way = Way(
        before=edges(plan),
        work=bring_about,
        known=Known(world),
        turns=turns(plan),
        change_log=change_log,
    )
    return go(plan, world, sink, stop, way)


def go(plan: Plan, world: World, sink: Sink, stop: threading.Event, way: Way) -> Outcome:
    """Go through the plan; `sink` hears every event, from several threads one at a time.

    Setting `stop` ends the run after the calls under way. A step that fails holds up only those
    that come after it. Nothing is heard of a step that has ended, also where a thread that copies
    its image was left to itself.
    """
    return _Run(plan, world, sink, stop, way).outcome()


class _Run:
    def __init__(
        self, plan: Plan, world: World, sink: Sink, stop: threading.Event, way: Way
    ) -> None:
        self._plan = plan
        self._world = world
        self._sink = sink
        self._stop = stop
        self._way = way
        self._lock = threading.Lock()
        self._results: dict[str, StepResult] = {}

    def _tell(self, event: Event) -> None:
        with self._lock:
            if event.step not in self._results:
                self._sink(event)

    def outcome(self) -> Outcome:
        none: frozenset[str] = frozenset()
        before = self._way.before
        graph = sorter({each: before[each] | self._way.turns.get(each, none) for each in before})
        started = self._world.clock.now()
        running: dict[Future[StepResult], str] = {}
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="step") as pool:
            while graph.is_active():
                for step_id in graph.get_ready():
                    if self._reachable(step_id):
                        running[pool.submit(self._bring, step_id)] = step_id
                    else:
                        self._skip(step_id)
                        graph.done(step_id)
                done, _ = wait_for(running, return_when=FIRST_COMPLETED)
                for future in done:
                    graph.done(self._ended(running.pop(future), future.result()))
        ordered = {step.id: self._results[step.id] for step in self._plan.steps}
        return Outcome(ordered, self._stop.is_set(), self._world.clock.now() - started)

    def _reachable(self, step_id: str) -> bool:
        if self._stop.is_set():
            return False
        held = {StepState.FAILED, StepState.SKIPPED}
        before = self._way.before[step_id] - self._way.lenient
        return not any(self._results[each].state in held for each in before)

    def _bring(self, step_id: str) -> StepResult:
        context = Context(
            self._plan.step(step_id),
            self._world,
            StepScope(self._way.known),
            self._tell,
            self._stop,
            self._way.change_log,
        )
        return self._way.work(context)

    def _ended(self, step_id: str, result: StepResult) -> str:
        with self._lock:
            self._results[step_id] = result
        self._way.known.add(step_id, result.outputs)
        return step_id

    def _skip(self, step_id: str) -> None:
        now = self._world.clock.now()
        self._tell(StepMoved(step=step_id, state=StepState.SKIPPED, at=now))
        self._results[step_id] = StepResult(StepState.SKIPPED)


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
