"""What `--json` writes: one object a line, each with `version`, `type` and `at`.

`assets/events.schema.json` is the contract: types and members are added within a version, never
changed or taken away. Standard output carries these lines alone; narration stays on standard error.
The last line is always a `result`, also where it ended badly; only a command line that could not be
read at all leaves the output empty. No line holds a secret: events, plans and problems have none,
and what the person typed is hidden besides.
"""

from __future__ import annotations

import contextlib
import json
import math
import threading
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from wizard import __version__
from wizard.base.errors import ExitCode, WizardError
from wizard.base.events import Event, LayerMoved, Phases, Sink, event_members, problem_members
from wizard.base.secret import hide
from wizard.local import process
from wizard.local.clock import Clock
from wizard.local.process import abandon
from wizard.plan.model import Plan
from wizard.ui.common.console import Heartbeat
from wizard.ui.common.demo import within

VERSION = 1


class Lines:
    """A writer of lines, for one run of one verb. Safe from several threads.

    `clock` gives `at`, in seconds since the writer was made. Known secrets are hidden
    wherever they might turn up. Without a stream, and where nobody reads it any more, nothing is
    written: what AWS is doing goes on.
    """

    def __init__(
        self, verb: str, stream: TextIO | None, clock: Clock, *, demo: bool = False
    ) -> None:
        self._verb = verb
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._begin = clock.now()
        self._demo = demo
        self._ended = False
        self.broken = False
        """Whether the reader has gone."""

    def write(self, kind: str, /, **members: Any) -> None:
        """One line of that type; members are what JSON knows, or are turned into it."""
        with self._lock:
            at = round(max(self._clock.now() - self._begin, 0.0), 3)
            line = {"version": VERSION, "type": kind, "at": at, **members}
            text = json.dumps(self._plain(line), allow_nan=False, separators=(",", ":"))
            if self._stream is None or self.broken:
                return
            try:
                self._stream.write(text + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self.broken = True
                abandon(self._stream)

    def start(self, *, name: str, region: str, account: str = "") -> None:
        """The first line: which verb of which version works on which deployment."""
        self.write(
            "start",
            verb=self._verb,
            wizard=__version__,
            name=name,
            region=region,
            account=account,
        )

    def problem(self, problem: WizardError, *, step: str = "") -> None:
        """What stands in the way or went wrong, of one step where there is one."""
        told = problem_members(self.own(problem))
        self.write("problem", level="problem", step=step, **told)

    def warning(self, problem: WizardError) -> None:
        """Write a problem that does not stop the command."""
        self.write("problem", level="warning", step="", **problem_members(self.own(problem)))

    def own(self, problem: WizardError) -> WizardError:
        """The problem as it is told: in the demo its commands are the demo's."""
        return within(problem) if self._demo else problem

    def finding(self, subject: str, title: str, state: str, text: str = "", **details: Any) -> None:
        """What was seen of one thing; `details` are plain values or lists of texts."""
        self.write("finding", subject=subject, title=title, state=state, text=text, details=details)

    def result(self, code: ExitCode, **data: Any) -> None:
        """The last line. Only the first is written: the end is told once."""
        if self._ended:
            return
        self._ended = True
        self.write("result", verb=self._verb, code=int(code), meaning=code.words, data=data)

    def sink(self, plan: Plan) -> Sink:
        """A sink for a run of the plan: events become lines, of a layer only each new phase."""
        titles = {step.id: step.title for step in plan.steps}
        phases = Phases()

        def heard(event: Event) -> None:
            if isinstance(event, LayerMoved) and not phases.new(event):
                return
            kind, members = event_members(event)
            self.write(kind, step=event.step, title=titles[event.step], **members)

        return heard

    def beat(self, plan: Plan, beat: Heartbeat) -> None:
        """Write that a step is still waiting."""
        self.write(
            "heartbeat",
            step=beat.step,
            title=plan.step(beat.step).title,
            state=beat.state.value,
            status=beat.status,
            seconds=round(beat.seconds, 3),
        )

    @contextlib.contextmanager
    def ending(self) -> Iterator[None]:
        """Within it, what is raised becomes a problem and a result, and goes on as it was.

        An error nobody foresaw goes on as a WizardError.
        """
        try:
            yield
        except WizardError as problem:
            self.problem(problem)
            self.result(problem.code)
            raise
        except KeyboardInterrupt as end:
            self.result(getattr(end, "code", ExitCode.INTERRUPTED))
            raise
        except Exception as mistake:
            foreseen = process.problem(mistake)
            self.problem(foreseen)
            self.result(foreseen.code)
            raise foreseen from None

    def _plain(self, value: Any) -> Any:
        """The value as JSON can say it: what is no number is null, what is unknown is its text."""
        match value:
            case None | bool() | int():
                return value
            case float():
                return value if math.isfinite(value) else None
            case Mapping():
                return {str(key): self._plain(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._plain(inner) for inner in value]
            case _:
                return hide(str(value))
