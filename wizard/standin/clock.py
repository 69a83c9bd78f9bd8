"""AWS's time, scaled: states advance by how long ago something was, asked at request time."""

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Turns moments of this machine into durations on AWS. `scale` 0 means at once."""

    scale: float = 1.0

    def now(self) -> float:
        """This moment, as a Unix timestamp."""
        return time.time()

    def since(self, moment: float) -> float:
        """How many of AWS's seconds have passed since a moment."""
        passed = max(0.0, time.time() - moment)
        return passed / self.scale if self.scale > 0 else float("inf")

    def wait(self, seconds: float) -> None:
        """Wait some of AWS's seconds."""
        if self.scale > 0:
            time.sleep(seconds * self.scale)
