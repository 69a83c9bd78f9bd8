"""Time as the run sees it: a pace below one compresses it, for the demo and the tests."""

import threading
import time
from dataclasses import dataclass, field

from wizard.failures.errors import Interrupted

SLICE = 0.25
"""Real seconds after which a nap is looked at again."""


@dataclass
class Alarm:
    """Ends every nap that waits for it, from any thread."""

    rung: int = 0
    """How often."""

    def ring(self) -> None:
        """End them."""
        self.rung += 1


@dataclass
class Clock:
    """Seconds of the world it works in; `pace` real seconds pass in one of them."""

    pace: float = 1.0
    alarm: Alarm = field(default_factory=Alarm)
    _start: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        """Seconds since the clock was made."""
        return (time.monotonic() - self._start) / self.pace

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        """Wait; raises Interrupted as soon as `stop` is set."""
        if stop.wait(seconds * self.pace):
            raise Interrupted

    def nap(self, seconds: float, stop: threading.Event) -> None:
        """The same, but shorter where the alarm rings."""
        rung, until = self.alarm.rung, self.now() + seconds
        while self.alarm.rung == rung and (left := until - self.now()) > 0:
            self.sleep(min(left, SLICE / self.pace), stop)
