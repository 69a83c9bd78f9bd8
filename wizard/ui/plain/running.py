"""A run in sentences: one for every change of state, one now and then while nothing changes.

Ctrl-C asks in words what it should mean.
"""

from __future__ import annotations

import contextlib
import queue
import shlex
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from wizard.base.errors import ExitCode, WizardError
from wizard.base.events import GONE, Event, News, StepMoved, StepState
from wizard.base.text import clean
from wizard.engine.apply import Outcome
from wizard.engine.explain import Pace, usual
from wizard.engine.flow import pace
from wizard.engine.job import End, Job, Verb, end
from wizard.local.clock import Clock
from wizard.local.process import STOPS, heeded, hung_up, terminable
from wizard.local.process import problem as crash
from wizard.ui.common.console import Heartbeat, Pulse
from wizard.ui.common.demo import LEAVING
from wizard.ui.common.ending import problems, taken_back, tell_problems
from wizard.ui.common.progress import LAYER_ENDS, MOVING, Progress, StepRow
from wizard.ui.common.who import login, mfa, sign_in
from wizard.ui.plain.talk import Back, Talk, Terminal

AWS_SAYS = {
    "available": "AWS says it is ready",
    "backing-up": "AWS is backing it up",
    "configuring-enhanced-monitoring": "AWS is setting up its monitoring",
    "creating": "AWS is creating it",
    "deleting": "AWS is deleting it",
    "modifying": "AWS is changing it",
    "IN_PROGRESS": "AWS is working on it",
    "OPERATION_IN_PROGRESS": "AWS is working on it",
    "rebooting": "AWS is restarting it",
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
            case StepMoved() if not self._only_looked(event):
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
            self._say(f"{row.title}: {self._still(row, each)}{_usually(row)}.")

    def _still(self, row: StepRow, beat: Heartbeat) -> str:
        layers = self._progress.layers_shown if row.step == "image" else []
        if not layers:
            doing = _doing(beat.state, beat.status)
            return f"still working after {short(beat.seconds)} ({doing})"
        there = sum(each.phase in LAYER_ENDS for each in layers)
        phase = "sent to ECR" if any("push" in each.phase for each in layers) else "here"
        return f"{there} of {len(layers)} layers are {phase}"

    def _only_looked(self, event: StepMoved) -> bool:
        """Whether a look came to nothing that is worth a sentence: no plan makes one's account."""
        step = self._progress.rows[event.step].plan_step
        found = event.state is StepState.KEPT and step.only_looks
        return found or event.state is StepState.LOOKING

    def _moved(self, event: StepMoved) -> None:
        note = event.note if event.state is StepState.RETRYING else f"{event.status} {event.note}"
        if self._new(event.step, event.state.value, note):
            row = self._progress.rows[event.step]
            usually = _usually(row) if self._time_to_say(row) else ""
            if event.problem and not self._new("cause", repr(event.problem.cause)):
                self._say(f"{row.title}: failed for the same reason.")
                return
            self._say(sentence(row, event, usually))

    def _time_to_say(self, row: StepRow) -> bool:
        """Whether to say how long it usually takes: once, where the waiting begins."""
        waits = row.plan_step.wait is not None
        begins = StepState.WAITING_ON_AWS if waits else StepState.WORKING
        return row.state is begins and self._new(row.step, "usual")

    def _new(self, *what: str) -> bool:
        """Whether it is said for the first time; retries and warnings are said once."""
        if what in self._said:
            return False
        self._said.add(what)
        return True

    def _say(self, text: str) -> None:
        self._terminal.say(clean(text), "  ")


def sentence(row: StepRow, event: StepMoved, usually: str = "") -> str:
    """What has become of a step; `usually` ends a sentence about something that takes time."""
    note = event.note.rstrip(".")
    more = f" {note}." if note else ""
    match event.state:
        case StepState.WORKING:
            words = f"{note or 'started'}{usually}."
        case StepState.WAITING_ON_AWS:
            words = f"{_doing(event.state, event.status)}{usually}."
        case StepState.RETRYING:
            words = f"retrying until it works.{more}"
        case StepState.KEPT:
            words = f"already exists and is kept.{more}"
        case StepState.CHANGED:
            words = f"changed to what you chose.{more}"
        case StepState.DONE:
            seconds = row.seconds(event.at) or 0.0
            after = f" after {ago(seconds)}" if seconds >= NOTABLE else ""
            words = f"{note}{after}." if note in GONE else f"done{after}.{more}"
        case StepState.FAILED:
            words = _failed(event)
        case _:
            words = f"not reached.{more}" if event.state is StepState.SKIPPED else f"waiting.{more}"
    return f"{row.title}: {words}"


def ago(seconds: float) -> str:
    """How long something has taken: 2 minutes 5 seconds."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    parts = [_counted(minutes, "minute")] * bool(minutes)
    parts += [_counted(rest, "second")] * bool(rest or not minutes)
    return " ".join(parts)


def short(seconds: float) -> str:
    """How long something has been under way: 2 min 5 s."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _doing(state: StepState, status: str) -> str:
    if not status:
        return (
            "AWS is working on it" if state is StepState.WAITING_ON_AWS else f"it is {state.value}"
        )
    return AWS_SAYS.get(status, f"AWS says “{status}”")


def _usually(row: StepRow) -> str:
    return f"; {usual(row.plan_step)}" if row.plan_step.usual[1] >= NOTABLE else ""


def _failed(event: StepMoved) -> str:
    problem = event.problem
    if problem is None:
        return f"failed. {event.note}"
    why = f" Why: {problem.why}" if problem.why else ""
    fix = f" What to do: {problem.fix}" if problem.fix else ""
    return f"failed. {problem.what}{why}{fix}"


LOOK = 0.2
"""Seconds between two looks at the clock and at Ctrl-C."""
PROMISES = {
    Verb.APPLY: "what was created stays",
    Verb.DESTROY: "what is removed stays removed",
    Verb.ROTATE: "one of the two passwords always works",
}
STOP, LEAVE, SIGN_IN, AGAIN = "s", "l", "i", "n"


@dataclass(frozen=True, slots=True)
class Followed:
    """How a job ended, each step's last note, and whether the person left it to AWS."""

    end: End
    notes: dict[str, str]
    left: bool
    code: ExitCode | None = None
    """The exit code, where a signal ended it."""


@dataclass
class _Run:
    """One run under way."""

    talk: Talk
    job: Job
    progress: Progress
    stop: threading.Event = field(default_factory=threading.Event)
    events: queue.Queue[Event | Outcome | WizardError] = field(default_factory=queue.Queue)
    asked: bool = False
    """Whether Ctrl-C was pressed and not yet answered."""
    left: bool = False
    code: ExitCode | None = None


def follow(talk: Talk, job: Job) -> Followed:
    """Do it out loud, to its end. Raises WizardError where it could not even begin."""
    talk.last = job.verb
    run, outcome = _done(talk, job)
    _say_outcome(talk, job, outcome)

    def put_back(due: Job) -> Outcome:
        talk.say(taken_back(due))
        return _done(talk, due)[1]

    ended = end(job, outcome, put_back)
    notes = {row.step: row.note for row in run.progress.rows.values()}
    return Followed(ended, notes, run.left, run.code)


def _done(talk: Talk, job: Job) -> tuple[_Run, Outcome]:
    talk.say(f"Started. Ctrl-C asks whether to stop; {PROMISES[job.verb]}.")
    under_way = _Run(talk, job, Progress(job.plan, job.findings, taken_back=job.removes))
    threading.Thread(target=_work, args=(under_way,), name="run", daemon=True).start()
    with _heard(under_way), talk.codes.served():
        return under_way, _followed(under_way)


def _say_outcome(talk: Talk, job: Job, outcome: Outcome) -> None:
    """How it went, and what went wrong, the first cause first."""
    if job.verb is not Verb.APPLY:
        for problem in problems(job.plan, outcome):
            talk.terminal.problem(problem)
        return
    talk.say()
    if outcome.ok:
        talk.say(f"The agent is up. It took {ago(outcome.seconds)}.")
    elif outcome.errors:
        talk.say("Not finished. The causes, first one first.")
    else:
        talk.say("Stopped. Everything created so far is kept.")
    tell_problems(job.plan, outcome)


def _work(under_way: _Run) -> None:
    events = under_way.events
    try:
        events.put(under_way.job.work(events.put, under_way.stop))
    except WizardError as problem:
        events.put(problem)
    except Exception as mistake:  # told to the person, so that nobody waits forever
        events.put(crash(mistake))


@contextlib.contextmanager
def _heard(under_way: _Run) -> Iterator[None]:
    """Ctrl-C is taken note of, and asked about between two sentences; SIGTERM leaves it to AWS."""

    def pressed(_number: int, _frame: object) -> None:
        under_way.asked = True

    def terminated(number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            hung_up()
        _leave(under_way, STOPS[signal.Signals(number)])

    handlers = {signal.SIGINT: pressed, **dict.fromkeys(heeded(), terminated)}
    before = {kind: signal.signal(kind, handler) for kind, handler in handlers.items()}
    try:
        yield
    finally:
        under_way.stop.set()
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _leave(under_way: _Run, code: ExitCode | None = None) -> None:
    under_way.left, under_way.code = True, code
    under_way.stop.set()


def _followed(under_way: _Run) -> Outcome:
    """Say every event as it comes, until the outcome."""
    narrator = Narrator(under_way.progress, under_way.talk.terminal, Clock(pace()))
    while True:
        if under_way.asked:
            _ask(under_way)
        if under_way.talk.codes.wanted:
            _serve(under_way)
        try:
            event = under_way.events.get(timeout=LOOK)
        except queue.Empty:
            narrator.beat()
            continue
        match event:
            case Outcome():
                return event
            case WizardError():
                raise event
            case _:
                before = under_way.progress.signed_out
                narrator.take(event)
                if under_way.progress.signed_out and not before:
                    under_way.talk.say("Ctrl-C offers to sign in from here.")


def _serve(under_way: _Run) -> None:
    """Ask for the code of an MFA device, where one is wanted. Ctrl-C leaves that, and asks."""
    try:
        with _interruptible():
            if not under_way.talk.codes.serve():
                under_way.talk.say("Ctrl-C asks for it again.")
    except KeyboardInterrupt as end:
        under_way.talk.say()
        under_way.asked = True
        if code := getattr(end, "code", None):
            _leave(under_way, code)


def _ask(under_way: _Run) -> None:
    """What Ctrl-C should mean. Pressed again at the question, it means to stop."""
    talk, stopping = under_way.talk, under_way.stop.is_set()
    under_way.asked = False
    try:
        with _interruptible():
            answer = _answer(under_way, stopping)
    except KeyboardInterrupt as again:
        under_way.code = getattr(again, "code", None)
        answer = LEAVE if stopping or under_way.code else STOP
        talk.say()
    if answer in {SIGN_IN, AGAIN}:
        _signed_in(under_way, answer)
        return
    if answer == LEAVE:
        _leave(under_way, under_way.code)
    if answer:
        under_way.stop.set()
        talk.say("Stopping: running calls finish, nothing new starts.")
    else:
        talk.say("Waiting for the running calls." if stopping else "Continuing.")


def _signed_in(under_way: _Run, answer: str) -> None:
    """Sign in by AWS's own command, where that is wanted; the run reads the credentials at once."""
    talk = under_way.talk
    command = login(talk.session.place[0])
    problem = sign_in(command) if answer == SIGN_IN else None
    if problem:
        talk.terminal.problem(problem)
    under_way.asked = False
    talk.session.flow.look_again()
    talk.say("Reading the credentials again.")


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Within it, Ctrl-C and SIGTERM end a question."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with terminable():
            yield
    finally:
        signal.signal(signal.SIGINT, ours)


def _answer(under_way: _Run, stopping: bool) -> str:
    talk, progress = under_way.talk, under_way.progress
    number = progress.count(MOVING)
    going = ", ".join(under_way.job.going(progress.states))
    talk.say()
    talk.say(f"Stop? {'1 step is' if number == 1 else f'{number} steps are'} running.")
    demo = under_way.job.demo
    stays = "What was created stays in your account, and a later run resumes from there."
    talk.say(LEAVING if demo else stays)
    if going and not demo:
        talk.say(f"AWS finishes {going} on its own.")
    keys = {"": "wait for it" if stopping else "continue"}
    if not stopping:
        keys[STOP] = "stop after the running calls, and list what exists"
    keys[LEAVE] = "end the demo" if demo else "leave the rest to AWS and quit"
    if progress.signed_out:
        command = login(talk.session.place[0])
        keys |= {SIGN_IN: f"sign in now, with `{shlex.join(command)}`"} if command else {}
        own = "give the code of the MFA device, or " if mfa(talk.session.place[0]) else ""
        keys[AGAIN] = f"{own}I have signed in elsewhere: check now"
    talk.offer(keys)
    try:
        return talk.choose("Stop?", keys)
    except Back:
        return ""
