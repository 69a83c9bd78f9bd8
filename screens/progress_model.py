"""How far a run is, folded from its events. Knows no screen and no clock of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from wizard.events import Called, Event, LayerMoved, News, State, StepMoved
from wizard.plan.model import Plan, Section

MOVING = frozenset({State.LOOKING, State.WORKING, State.WAITING_ON_AWS, State.RETRYING})
GOOD = frozenset({State.DONE, State.KEPT, State.CHANGED})
LAYER_ENDS = frozenset({"ready", "already here", "pushed", "already there"})
LOG_LENGTH = 2000


@dataclass(slots=True)
class Row:
    """One step as it stands now."""

    step: str
    title: str
    section: Section
    usual: tuple[int, int]
    state: State = State.WAITING
    status: str = ""
    """AWS's own word."""
    note: str = ""
    began: float | None = None
    ended: float | None = None

    def seconds(self, now: float) -> float | None:
        """How long it has taken so far; None before it began."""
        if self.began is None:
            return None
        return (self.ended if self.ended is not None else now) - self.began

    def slow(self, now: float) -> bool:
        """Whether it takes longer than it usually does."""
        seconds = self.seconds(now)
        return self.state in MOVING and seconds is not None and seconds > self.usual[1]


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
class Line:
    """One line of the log."""

    at: float
    title: str
    text: str
    kind: str
    """ "state", "news" or "call"."""


@dataclass
class Progress:
    """The fold: `take` every event in its order, then read."""

    plan: Plan
    rows: dict[str, Row] = field(init=False)
    layers: dict[str, Layer] = field(default_factory=dict)
    log: deque[Line] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    lines: int = 0
    """How many lines the log has ever had."""
    began: float | None = None
    latest: float = 0.0

    def __post_init__(self) -> None:
        self.rows = {
            step.id: Row(step.id, step.title, step.section, step.usual) for step in self.plan.steps
        }

    def take(self, event: Event) -> None:
        """Fold in one event."""
        if self.began is None:
            self.began = event.at
        self.latest = max(self.latest, event.at)
        match event:
            case StepMoved():
                self._moved(event)
            case LayerMoved():
                self.layers[event.layer] = Layer(event.layer, event.phase, event.done, event.total)
            case News():
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
        row.status = event.status or ("" if event.state is State.FAILED else row.status)
        row.note = event.note or ("" if event.state in MOVING else row.note)
        if (row.state, row.status, row.note) != before and event.state is not State.LOOKING:
            words = [event.state.value, event.status, event.note]
            self._tell(event.step, event.at, ": ".join(each for each in words if each), "state")

    def _tell(self, step: str, at: float, text: str, kind: str) -> None:
        self.log.append(Line(at - (self.began or 0.0), self.rows[step].title, text, kind))
        self.lines += 1

    def count(self, states: frozenset[State]) -> int:
        """How many steps are in one of these states."""
        return sum(row.state in states for row in self.rows.values())

    def sections(self) -> list[tuple[Section, list[Row]]]:
        """The rows by section, in the plan's order."""
        grouped: dict[Section, list[Row]] = {}
        for row in self.rows.values():
            grouped.setdefault(row.section, []).append(row)
        return list(grouped.items())

    def elapsed(self, now: float) -> float:
        """Seconds since the first event."""
        return max(now, self.latest) - self.began if self.began is not None else 0.0

    @property
    def layers_shown(self) -> list[Layer]:
        """The layers worth a line: those that move first, none once the image is there."""
        if any(row.step == "image" and row.state.ended for row in self.rows.values()):
            return []
        layers = [each for each in self.layers.values() if each.name != "image"]
        return sorted(layers, key=lambda each: (each.phase in LAYER_ENDS, each.share is None))
