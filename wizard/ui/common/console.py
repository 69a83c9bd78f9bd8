"""Progress as lines of text: one for every change that matters, and a heartbeat while it waits.

A step that only waits is mentioned again, so that silence means trouble.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from wizard.base.errors import WizardError
from wizard.base.events import FOUND, Called, Event, LayerMoved, News, Phases, StepMoved, StepState
from wizard.base.text import clean, folded
from wizard.local.clock import Clock

if TYPE_CHECKING:
    from wizard.plan.model import Plan


EVERY = 30.0
"""Seconds after which a step that has said nothing is mentioned again."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A step that is still at it. `at` is on the run's clock, as that of events."""

    step: str
    state: StepState
    status: str
    seconds: float
    """How long it has been in this state."""
    at: float

    @property
    def words(self) -> str:
        """The waiting step's state and AWS's own word for it, for one line."""
        text = f"still {self.state.value}"
        return f"{text}: {self.status}" if self.status else text


@dataclass(slots=True)
class _Watched:
    state: StepState
    status: str
    since: float
    told: float


class Pulse:
    """Hears a run's events and knows which steps have been silent for too long.

    Calls and bytes of a layer are heard, but say nothing to a person. Safe from several threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: dict[str, _Watched] = {}
        self._phases = Phases()
        self._ahead = 0.0

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        now = self._clock.now()
        with self._lock:
            self._ahead = event.at - now
            if isinstance(event, StepMoved):
                self._moved(event, now)
            elif self._says(event) and event.step in self._steps:
                self._steps[event.step].told = now

    def _moved(self, event: StepMoved, now: float) -> None:
        before = self._steps.get(event.step)
        if event.state.ended:
            self._steps.pop(event.step, None)
        elif before and (before.state, before.status) == (event.state, event.status):
            before.told = now
        else:
            self._steps[event.step] = _Watched(event.state, event.status, now, now)

    def _says(self, event: Event) -> bool:
        if isinstance(event, LayerMoved):
            return self._phases.new(event)
        return not isinstance(event, Called)

    def beats(self) -> list[Heartbeat]:
        """Steps that are to be mentioned again now; each then has another while."""
        now, found = self._clock.now(), []
        with self._lock:
            for step, each in self._steps.items():
                if now - each.told >= EVERY:
                    each.told = now
                    at = now + self._ahead
                    found.append(Heartbeat(step, each.state, each.status, now - each.since, at))
        return found


@contextlib.contextmanager
def beating(pulse: Pulse, clock: Clock, tell: Callable[[Heartbeat], None]) -> Iterator[None]:
    """Within it, `tell` hears every beat, from a thread of its own."""
    end = threading.Event()

    def beat() -> None:
        while not clock.idle(1, end):
            for each in pulse.beats():
                tell(each)

    thread = threading.Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


class Console:
    """A sink that writes to a stream, and goes on where nobody reads it any more."""

    def __init__(self, plan: Plan, stream: TextIO) -> None:
        self._titles = {step.id: step.title for step in plan.steps}
        self._lookups = {step.id for step in plan.steps if step.only_looks}
        self._width = max(map(len, self._titles.values()), default=0)
        self._stream = stream
        self._told: dict[str, tuple[StepState, str, str]] = {}
        self._lock = threading.Lock()
        self._phases = Phases()
        self._begin: float | None = None

    def __call__(self, event: Event) -> None:
        """Write a line where the event is worth one."""
        if self._begin is None:
            self._begin = event.at
        match event:
            case StepMoved():
                self._moved(event)
            case News():
                self._line(event.at, event.step, f"  {clean(event.text)}")
            case LayerMoved() if self._phases.new(event):
                self._layer(event)
            case LayerMoved() | Called():
                pass

    def beat(self, beat: Heartbeat) -> None:
        """Write that a step is still waiting."""
        self._line(beat.at, beat.step, clean(beat.words))

    def _moved(self, event: StepMoved) -> None:
        now = (event.state, event.status, event.note)
        if event.state is StepState.LOOKING or self._told.get(event.step) == now:
            return
        self._told[event.step] = now
        words = event.words
        if event.step in self._lookups:  # nobody keeps what nobody could make
            words = words.replace(StepState.KEPT.value, FOUND, 1)
        self._line(event.at, event.step, clean(words))

    def _layer(self, event: LayerMoved) -> None:
        size = f" ({event.total / 1e6:.1f} MB)" if event.total else ""
        self._line(event.at, event.step, f"  layer {event.layer[:12]}: {event.phase}{size}")

    def _line(self, at: float, step: str, text: str) -> None:
        seconds = max(int(at - (self._begin or 0.0)), 0)
        title = self._titles[step].ljust(self._width)
        line = f"{seconds // 60:02d}:{seconds % 60:02d}  {title}  {text}\n"
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._stream.write(line)
            self._stream.flush()


def tell(problem: WizardError, stream: TextIO, mark: str = "✗") -> None:
    """A problem, as what happened, why, and what to do; a warning has another mark.

    Several problems that are told at once are lines of `what`.
    """
    for line in problem.what.split("\n"):
        say(f"{mark} {clean(line)}", stream, "  ")
    if problem.why:
        say(f"  Why: {clean(problem.why)}", stream)
    if problem.fix:
        say(f"  What to do: {clean(problem.fix)}", stream)
    if problem.more:
        say(f"  More: {clean(problem.more)}", stream)


def say(line: str, stream: TextIO, indent: str = "") -> None:
    """A line; on a terminal folded between words, but for commands, which are copied whole."""
    lines = [line]
    if stream.isatty() and " --" not in line:
        lines = folded(line, shutil.get_terminal_size().columns - 1, indent)
    print(*lines, sep="\n", file=stream)
