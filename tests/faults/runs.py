"""One run on the stand-in with a profile of one's own, and every event of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from tests.support.made import answers
from tests.support.standin import ACCOUNT, REGION
from wizard.flow import PACE_VARIABLE, Flow, Prepared
from wizard.preflight import Preflight
from wizard.readings.apply import Outcome
from wizard.telling.events import Event, State, StepMoved

PROFILE = "work"
FIRST_KEY, SECOND_KEY = "AKIAFIRST00000000000", "AKIASECOND0000000000"
PACE = 0.05
"""Of the runs' clocks: a second of patience is a twentieth of one."""


def sign_in(key: str = FIRST_KEY) -> None:
    """Put a key into the profile."""
    file = Path("~/.aws/credentials").expanduser()
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"[{PROFILE}]\naws_access_key_id={key}\naws_secret_access_key=standin\n")


@dataclass
class Run:
    """A run of the default answers; `heard` may do something at each event."""

    heard: Callable[[Event], None] = lambda _event: None
    profile: str = PROFILE
    events: list[Event] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    flow: Flow = field(default_factory=Flow)

    def __call__(self) -> Outcome:
        """Play it."""
        with patch.dict(os.environ, {PACE_VARIABLE: str(PACE)}):
            return self._play(self.flow)

    def _play(self, flow: Flow) -> Outcome:
        given = answers({"region": REGION, "profile": self.profile})
        prepared = Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "")
        return flow.run(prepared, self._sink, self.stop)

    def _sink(self, event: Event) -> None:
        self.events.append(event)
        self.heard(event)

    def moves(self, step: str) -> list[StepMoved]:
        """How a step went."""
        return [each for each in self.events if isinstance(each, StepMoved) and each.step == step]

    def held_up(self, step: str) -> list[str]:
        """What it was held up by."""
        return [each.note for each in self.moves(step) if each.state is State.RETRYING]
