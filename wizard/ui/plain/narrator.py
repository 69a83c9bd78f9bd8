"""A run in sentences: one for every change of state, one now and then while nothing changes."""

from __future__ import annotations

from wizard.base.clock import Clock
from wizard.base.events import Event, News, State, StepMoved
from wizard.base.text import clean
from wizard.engine.timing import Pace, usual
from wizard.ui.common.heartbeat import Beat, Pulse
from wizard.ui.common.progress import LAYER_ENDS, Progress, Row
from wizard.ui.plain.terminal import Terminal

AWS_SAYS = {
    "available": "AWS says it is ready",
    "backing-up": "AWS is backing it up",
    "configuring-enhanced-monitoring": "AWS is setting up its monitoring",
    "creating": "AWS is creating it",
    "deleting": "AWS is deleting it",
    "modifying": "AWS is changing it",
    "IN_PROGRESS": "AWS is working on it",
    "OPERATION_IN_PROGRESS": "AWS is working on it",
    "rebooting": "AWS is starting it anew",
}
NOTABLE = 10
"""Seconds from which on it is worth saying how long something usually takes."""


class Narrator:
    """Takes a run's events in their order, and says each change once."""

    def __init__(self, progress: Progress, terminal: Terminal, clock: Clock) -> None:
        self._progress = progress
        self._terminal = terminal
        self._pulse = Pulse(clock)
        self._said: set[tuple[str, ...]] = set()

    def take(self, event: Event) -> None:
        """Fold one event in, and say what changed."""
        self._progress.take(event)
        self._progress.new_lines()  # the log's file keeps them
        self._pulse(event)
        match event:
            case StepMoved() if event.state is not State.LOOKING:
                self._moved(event)
            case News():
                title = self._progress.rows[event.step].title
                self._say(f"{title}: AWS reports: {clean(event.text).rstrip('.')}.")
            case _:
                pass

    def beat(self) -> None:
        """Say what is still waited for, where a step was silent for long."""
        for each in self._pulse.beats():
            row = self._progress.rows[each.step]
            slow = row.pace(each.at)
            if slow is not Pace.USUAL and self._new(row.step, slow.value):
                self._say(f"{row.title} is {slow.value}{_usually(row)}.")
            self._say(f"{row.title}: still at it, {self._still(row, each)}{_usually(row)}.")

    def _still(self, row: Row, beat: Beat) -> str:
        layers = self._progress.layers_shown if row.step == "image" else []
        if not layers:
            return f"{_doing(beat.state, beat.status)}, for {ago(beat.seconds)} so far"
        there = sum(each.phase in LAYER_ENDS for each in layers)
        phase = "sent to ECR" if any("push" in each.phase for each in layers) else "here"
        return f"{there} of {len(layers)} layers are {phase}"

    def _moved(self, event: StepMoved) -> None:
        note = event.note if event.state is State.RETRYING else f"{event.status} {event.note}"
        if self._new(event.step, event.state.value, note):
            row = self._progress.rows[event.step]
            usually = _usually(row) if self._time_to_say(row) else ""
            self._say(sentence(row, event, usually))

    def _time_to_say(self, row: Row) -> bool:
        """Whether to say how long it usually takes: once, where the waiting begins."""
        waits = row.plan_step.wait is not None
        begins = State.WAITING_ON_AWS if waits else State.WORKING
        return row.state is begins and self._new(row.step, "usual")

    def _new(self, *what: str) -> bool:
        """Whether it is said for the first time; retries and warnings are said once."""
        if what in self._said:
            return False
        self._said.add(what)
        return True

    def _say(self, text: str) -> None:
        self._terminal.say(clean(text), "  ")


def sentence(row: Row, event: StepMoved, usually: str = "") -> str:
    """What has become of a step; `usually` ends a sentence about something that takes time."""
    note = event.note.rstrip(".")
    more = f" {note}." if note else ""
    match event.state:
        case State.WORKING:
            words = f"{note or 'begun'}{usually}."
        case State.WAITING_ON_AWS:
            words = f"{_doing(event.state, event.status)}{usually}."
        case State.RETRYING:
            words = f"tried again until it works.{more}"
        case State.KEPT:
            words = f"was there already and is kept.{more}"
        case State.CHANGED:
            words = f"changed to what you chose.{more}"
        case State.DONE:
            seconds = row.seconds(event.at) or 0.0
            words = f"done{f' after {ago(seconds)}' if seconds >= NOTABLE else ''}.{more}"
        case State.FAILED:
            words = _failed(event)
        case _:
            words = f"not reached.{more}" if event.state is State.SKIPPED else f"waiting.{more}"
    return f"{row.title}: {words}"


def ago(seconds: float) -> str:
    """How long something has taken: 2 minutes 5 seconds."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    parts = [_counted(minutes, "minute")] * bool(minutes)
    parts += [_counted(rest, "second")] * bool(rest or not minutes)
    return " ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _doing(state: State, status: str) -> str:
    if not status:
        return "AWS is at it" if state is State.WAITING_ON_AWS else f"it is {state.value}"
    return AWS_SAYS.get(status, f"AWS says “{status}”")


def _usually(row: Row) -> str:
    return f"; {usual(row.plan_step)}" if row.plan_step.usual[1] >= NOTABLE else ""


def _failed(event: StepMoved) -> str:
    problem = event.problem
    if problem is None:
        return f"failed. {event.note}"
    why = f" Why: {problem.why}" if problem.why else ""
    fix = f" What to do: {problem.fix}" if problem.fix else ""
    return f"failed. {problem.what}{why}{fix}"
