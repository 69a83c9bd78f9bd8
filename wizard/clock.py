"""Time as the run sees it: a pace below one compresses it, for the demo and the tests."""

import threading
import time
from dataclasses import dataclass, field

from wizard.errors import Interrupted


@dataclass
class Clock:
    """Seconds of the world it works in; `pace` real seconds pass in one of them."""

    pace: float = 1.0
    _start: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        """Seconds since the clock was made."""
        return (time.monotonic() - self._start) / self.pace

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        """Wait; raises Interrupted as soon as `stop` is set."""
        if stop.wait(seconds * self.pace):
            raise Interrupted
