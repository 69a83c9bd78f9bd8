"""The heartbeat: a step that only waits is mentioned again, so that silence means trouble."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wizard.base.events import Called, Event, LayerMoved, Phases, StepMoved, StepState
from wizard.local.clock import Clock

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
        """For one line."""
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
