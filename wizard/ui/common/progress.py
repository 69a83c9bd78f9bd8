"""How far a run is, folded from its events. Knows no screen and no clock of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.base.events import GONE, Called, Event, LayerMoved, News, StepMoved, StepState
from wizard.base.text import clean
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.explain import Pace, pace, remaining
from wizard.plan.graph import backwards, edges
from wizard.plan.model import Plan, Section, Step

MOVING = frozenset(
    {StepState.LOOKING, StepState.WORKING, StepState.WAITING_ON_AWS, StepState.RETRYING}
)
GOOD = frozenset({StepState.DONE, StepState.KEPT, StepState.CHANGED})
LAYER_ENDS = frozenset({"ready", "already here", "pushed", "already there", "copied"})
WORDS_KEPT = 200
"""Of AWS's own lines about one step."""
THOUGHT_OVER = 5.0
"""Seconds after which what is left is reckoned anew."""
LOOKED_AT = (0, 2)
"""Seconds that a step takes which is there already."""


@dataclass(slots=True)
class StepRow:
    """One step of a run as it stands now."""

    plan_step: Step
    state: StepState = StepState.WAITING
    status: str = ""
    """AWS's own word."""
    note: str = ""
    why: str = ""
    """AWS's words about a failure, and what to do."""
    began: float | None = None
    ended: float | None = None
    again_at: float | None = None
    """When a step that retries tries again."""
    signed_out: bool = False
    """Whether it waits for somebody to sign in again."""
    words: deque[str] = field(default_factory=lambda: deque(maxlen=WORDS_KEPT))
    """AWS's own lines about it."""

    @property
    def open(self) -> bool:
        """Whether the step has not ended."""
        return not self.state.ended

    @property
    def step(self) -> str:
        """The id of the row's step."""
        return self.plan_step.id

    @property
    def title(self) -> str:
        """What the step is called."""
        return self.plan_step.title

    @property
    def section(self) -> Section:
        """The section of the walkthrough that the step belongs to."""
        return self.plan_step.section

    def seconds(self, now: float) -> float | None:
        """How long the step has taken so far; None before its beginning."""
        if self.began is None:
            return None
        return (self.ended if self.ended is not None else now) - self.began

    def pace(self, now: float) -> Pace:
        """How the step's time so far compares with the usual one."""
        seconds = self.seconds(now)
        if self.state not in MOVING or seconds is None:
            return Pace.USUAL
        return pace(self.plan_step, seconds)


@dataclass(frozen=True, slots=True)
class Layer:
    """How far one layer of the image has come."""

    name: str
    phase: str
    done: int
    total: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None while the size is unknown."""
        if self.phase in LAYER_ENDS:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the log, free of control characters."""

    at: float
    title: str
    text: str
    kind: str
    """ "state", "news" or "call"."""
    body: str = field(init=False, repr=False)
    """What stands behind the time."""
    plain: bool = field(init=False, repr=False)
    """Whether every character is one cell wide."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", f"{self.title}  {self.text}")
        object.__setattr__(self, "plain", self.body.isascii())


@dataclass
class Progress:
    """The fold: `take` every event in its order, then read."""

    plan: Plan
    changes: Mapping[str, PlannedChange] = field(default_factory=dict)
    rows: dict[str, StepRow] = field(init=False)
    layers: dict[str, Layer] = field(default_factory=dict)
    log: list[StepLine] = field(default_factory=list)
    """Lines nobody has taken yet, see `new_lines`."""
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What steps that have ended are known by: ARNs, addresses."""
    began: float | None = None
    latest: float = 0.0
    taken_back: frozenset[str] = frozenset()
    """The steps that a removal goes through; empty for a run that makes them all."""

    def __post_init__(self) -> None:
        passed = self.taken_back or {step.id for step in self.plan.steps}
        self.rows = {step.id: StepRow(step) for step in self.plan.steps if step.id in passed}
        self._needs = backwards(self.plan) if self.taken_back else edges(self.plan)
        self._left_of, self._left = (-1, 0.0), (0.0, 0.0)
        self._usual = {
            step_id: LOOKED_AT
            for step_id, change in self.changes.items()
            if change.action is Action.KEEP
        }
        others = {step.id for step in self.plan.steps} - self.rows.keys()
        self._usual |= dict.fromkeys(others, (0, 0))

    def take(self, event: Event) -> None:
        """Fold one event of the run in."""
        if self.began is None:
            self.began = event.at
        self.latest = max(self.latest, event.at)
        match event:
            case StepMoved():
                self._moved(event)
            case LayerMoved():
                self.layers[event.layer] = Layer(event.layer, event.phase, event.done, event.total)
            case News():
                self.rows[event.step].words.append(clean(event.text))
                self._tell(event.step, event.at, event.text, "news")
            case Called():
                self._tell(event.step, event.at, event.text, "call")

    def _moved(self, event: StepMoved) -> None:
        row = self.rows[event.step]
        before = (row.state, row.status, row.note)
        if row.began is None and event.state in MOVING:
            row.began = event.at
        if event.state.ended:
            row.ended = event.at
            row.began = event.at if row.began is None else row.began
        row.state = event.state
        row.status = clean(event.status) or ("" if event.state is StepState.FAILED else row.status)
        row.note = clean(event.note) or ("" if event.state in MOVING else row.note)
        row.signed_out = event.signed_out
        row.again_at = None if event.retry_in is None else event.at + event.retry_in
        if event.outputs:
            self.outputs[event.step] = event.outputs
        if event.problem:
            told = (event.problem.why, event.problem.fix, event.problem.more)
            row.why = clean(" ".join(filter(None, told)))
        if (row.state, row.status, row.note) != before and event.state is not StepState.LOOKING:
            words = [event.state.value, event.status, event.note, row.why if event.problem else ""]
            gone = event.state is StepState.DONE and event.note in GONE
            text = event.note if gone else ": ".join(each for each in words if each)
            self._tell(event.step, event.at, text, "state")

    def _tell(self, step: str, at: float, text: str, kind: str) -> None:
        self.log.append(
            StepLine(at - (self.began or 0.0), self.rows[step].title, clean(text), kind)
        )

    def new_lines(self) -> list[StepLine]:
        """The log's lines since the last time; they are then the caller's."""
        lines, self.log = self.log, []
        return lines

    def count(self, states: frozenset[StepState]) -> int:
        """How many steps are in one of these states."""
        return sum(row.state in states for row in self.rows.values())

    def sections(self) -> list[tuple[Section, list[StepRow]]]:
        """The rows by section, in the plan's order."""
        grouped: dict[Section, list[StepRow]] = {}
        for row in self.rows.values():
            grouped.setdefault(row.section, []).append(row)
        return list(grouped.items())

    def elapsed(self, now: float) -> float:
        """Seconds since the first event."""
        return max(now, self.latest) - self.began if self.began is not None else 0.0

    @property
    def states(self) -> dict[str, StepState]:
        """The state of every step, by its id."""
        return {row.step: row.state for row in self.rows.values()}

    def left(self, now: float) -> tuple[float, float]:
        """From how many to how many seconds the rest usually takes; thought over now and then."""
        ended = sum(row.state.ended for row in self.rows.values())
        if ended != self._left_of[0] or now - self._left_of[1] > THOUGHT_OVER:
            so_far = {row.step: row.seconds(now) or 0.0 for row in self.rows.values()}
            self._left = remaining(self.plan, self.states, so_far, self._usual, self._needs)
            self._left_of = (ended, now)
        return self._left

    @property
    def signed_out(self) -> bool:
        """Whether something waits for somebody to sign in again."""
        return any(row.signed_out for row in self.rows.values())

    def waits_on(self, row: StepRow) -> list[str]:
        """Titles of what a step still waits for, in the plan's order."""
        needed = self._needs[row.step]
        return [each.title for each in self.rows.values() if each.step in needed and each.open]

    @property
    def layers_shown(self) -> list[Layer]:
        """The layers worth a line: those that move first, none once the image is there."""
        if any(row.step == "image" and row.state.ended for row in self.rows.values()):
            return []
        layers = [each for each in self.layers.values() if each.name != "image"]
        return sorted(layers, key=lambda each: (each.phase in LAYER_ENDS, each.share is None))
