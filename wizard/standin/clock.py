"""AWS's time: states advance by how long ago something was, asked at request time."""

import threading
import time
from dataclasses import dataclass

from wizard.local.clock import Skipped


@dataclass
class Clock:
    """Turns moments of this machine into durations on AWS. `scale` 0 means at once.

    With `jumps` its time is not scaled, but that of everybody who shares them: see `Skipped`.
    """

    scale: float = 1.0
    jumps: Skipped | None = None

    def now(self) -> float:
        """This moment, as a Unix timestamp."""
        return time.time() + (self.jumps.seconds() if self.jumps else 0)

    def since(self, moment: float) -> float:
        """How many of AWS's seconds have passed since a moment."""
        passed = max(0.0, self.now() - moment)
        return passed / self.scale if self.scale > 0 else float("inf")

    def wait(self, seconds: float) -> None:
        """Wait some of AWS's seconds."""
        if self.jumps:
            self.jumps.wait(seconds, threading.Event())
        elif self.scale > 0:
            time.sleep(seconds * self.scale)
