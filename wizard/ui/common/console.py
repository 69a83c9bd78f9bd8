"""Progress as lines of text: one for every change that matters, none for what merely ticks."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TYPE_CHECKING, TextIO

from wizard.base.errors import WizardError
from wizard.base.events import FOUND, Called, Event, LayerMoved, News, Phases, StepMoved, StepState
from wizard.base.text import clean, folded
from wizard.ui.common.heartbeat import Heartbeat

if TYPE_CHECKING:
    from wizard.plan.model import Plan


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
        """Write that a step is still at it."""
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
