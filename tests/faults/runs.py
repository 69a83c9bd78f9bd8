"""One run on the stand-in with a profile of one's own, and every event of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.made import answers
from tests.support.standin import ACCOUNT, REGION
from wizard.base.events import Event, StepMoved, StepState
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight

PROFILE = "work"
FIRST_KEY, SECOND_KEY = "AKIAFIRST00000000000", "AKIASECOND0000000000"


def sign_in(key: str = FIRST_KEY) -> None:
    """Put a key into the profile."""
    file = Path("~/.aws/credentials").expanduser()
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(".new")  # at once, for a run may just read it
    new.write_text(f"[{PROFILE}]\naws_access_key_id={key}\naws_secret_access_key=standin\n")
    new.replace(file)


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
        given = answers({"region": REGION, "profile": self.profile})
        prepared = Prepared(given, self.flow.plan(given, ACCOUNT), Preflight((), {}), "")
        return self.flow.run(prepared, self._sink, self.stop)

    def _sink(self, event: Event) -> None:
        self.events.append(event)
        self.heard(event)

    def moves(self, step: str) -> list[StepMoved]:
        """How a step went."""
        return [each for each in self.events if isinstance(each, StepMoved) and each.step == step]

    def held_up(self, step: str) -> list[str]:
        """What it was held up by."""
        return [each.note for each in self.moves(step) if each.state is StepState.RETRYING]
