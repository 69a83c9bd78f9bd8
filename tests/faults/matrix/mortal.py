"""A run that can die at a call as by SIGKILL: from then on none of its threads does anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.matrix.cases import Case, Death
from wizard.engine.flow import Flow
from wizard.plan.world import World


class Killed(BaseException):
    """Nothing catches this; a SIGKILL would not even unwind."""


@dataclass
class Fate:
    """At which call the run dies; counts down. With no `case` it lives."""

    case: Case | None = None
    dead: bool = False
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pending(self) -> bool:
        """Whether the run was to die and has not."""
        return self.case is not None and not self.dead

    def breathe(self) -> None:
        """Every thread of a dead run stops here."""
        if self.dead:
            raise Killed

    def strikes(self, service: str, operation: str) -> bool:
        """Whether this call is the one."""
        case = self.case
        if case is None or (service, operation) != (case.service, case.operation):
            return False
        with self._lock:
            self._seen += 1
            return self._seen == case.nth

    def die(self) -> None:
        """From now on the run is dead."""
        self.dead = True


class MortalTools:
    """The live tools, until fate strikes. What lies above them (the record) dies with them."""

    def __init__(self, inner: World, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        self._fate.breathe()
        return getattr(self._inner, name)

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """A call; the run may die before or after it."""
        return self._deadly(self._inner.call, service, operation, params)

    def ask(self, service: str, operation: str, params: Mapping[str, Any], token: str) -> Any:
        """The same for one try."""
        return self._deadly(self._inner.ask, service, operation, params, token)

    def _deadly(self, ask: Callable[..., Any], service: str, operation: str, *more: Any) -> Any:
        self._fate.breathe()
        strikes = self._fate.strikes(service, operation)
        case = self._fate.case
        if strikes and case and case.trouble is Death.BEFORE:
            self._fate.die()
        self._fate.breathe()
        answer = ask(service, operation, *more)
        if strikes:
            self._fate.die()
        if not (strikes and case and case.trouble is Death.AFTER):
            self._fate.breathe()
        return answer  # dead already where killed after: whoever makes the next call finds out


class MortalFlow(Flow):
    """The façade, with tools that can die."""

    fate: Fate = Fate()

    def at(self, profile: str, region: str) -> Any:
        return MortalTools(super().at(profile, region), self.fate)
