"""A run whose every call is seen, and that can be disturbed at one or die there as by SIGKILL.

From its death on none of its threads does anything.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.matrix.cases import OUTSIDE, WORLD, Case, Death, Made
from wizard.base.events import Event
from wizard.engine.flow import Flow
from wizard.standin.call import Call
from wizard.standin.faults import Fault, fault

DRAWN = re.compile(r"\b[0-9a-f]{8}$")
"""What AWS draws for the name of an express cluster's writer, and so of its step."""


class Killed(BaseException):
    """Nothing catches this; a SIGKILL would not even unwind."""


@dataclass
class Fate:
    """At which call the run is disturbed or dies. With no `case` it only sees what is called."""

    case: Case | None = None
    faults: list[Fault] = field(default_factory=list)
    """Where AWS looks up what goes wrong."""
    dead: bool = False
    struck: bool = False
    """Whether the case's call was made."""
    made: list[Made] = field(default_factory=list)
    """Every call of the run so far."""
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _alone: threading.Lock = field(default_factory=threading.Lock)
    """Held by a call that may be disturbed, so that no other one like it is in its place."""
    _here: threading.local = field(default_factory=threading.local)

    def heard(self, event: Event) -> None:
        """Take note of the step that this thread works on; a sink of the run's events."""
        self._here.step = DRAWN.sub("<drawn>", event.step)

    def breathe(self) -> None:
        """Every thread of a dead run stops here."""
        if self.dead:
            raise Killed

    def around(
        self, service: str, operation: str, params: Mapping[str, Any], ask: Callable[[], Any]
    ) -> Any:
        """Let the call be made, or whatever the case wants of it."""
        case = self.case
        like = case is not None and case.place == (service, operation)
        faulty = case is not None and not isinstance(case.trouble, Death)
        with self._alone if like and faulty else contextlib.nullcontext():
            self.breathe()
            struck = self._strikes(service, operation, params)
            answer = self._struck(case, ask) if case and struck else ask()
        if not (struck and self.dead):
            self.breathe()
        return answer

    def _struck(self, case: Case, ask: Callable[[], Any]) -> Any:
        if not isinstance(case.trouble, Death):
            self.faults.append(fault(case.trouble, case.service, case.operation))
            return ask()
        answer = None if case.trouble is Death.BEFORE else ask()
        self.dead = True
        if case.trouble is not Death.AFTER:
            raise Killed
        return answer  # whoever makes the next call finds out

    def _strikes(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        step = getattr(self._here, "step", "")
        call = Call(service=service, operation=operation, region="", params=dict(params))
        case = self.case
        with self._lock:
            self.made.append(Made(step, call))
            if case is None or case.place != (service, operation) or case.step not in {"", step}:
                return False
            self._seen += 1
            self.struck = self.struck or self._seen == case.nth
            return self._seen == case.nth


class _Aws:
    """AWS's calls as the world makes them, each seen."""

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def call(self, service: str, operation: str, params: Mapping[str, Any], *more: Any) -> Any:
        """One call."""

        def ask() -> Any:
            return self._inner.call(service, operation, params, *more)

        return self._fate.around(service, operation, params, ask)


class _World:
    """The live world, until the run is dead; what it changes outside AWS is seen as a call."""

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        self._fate.breathe()
        found = getattr(self._inner, name)
        if name not in OUTSIDE:
            return found
        return lambda *given: self._fate.around(WORLD, name, {}, lambda: found(*given))


@dataclass
class MortalFlow(Flow):
    """The façade, with a world that can die."""

    fate: Fate = field(default_factory=Fate)

    def at(self, profile: str, region: str) -> Any:
        world: Any = super().at(profile, region)
        world._aws = _Aws(world._aws, self.fate)
        return _World(world, self.fate)
