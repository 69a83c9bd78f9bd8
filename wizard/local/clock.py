"""Time as the run sees it: this machine's, compressed for the demo, jumping for the tests."""

from __future__ import annotations

import functools
import mmap
import os
import struct
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from wizard.base.errors import Interrupted
from wizard.local.files import alone

CLOCK_VARIABLE = "FORMAE_WIZARD_CLOCK"
"""Names the file of a jumping clock, which a run shares with the AWS stand-in."""
SLICE = 0.25
"""Real seconds after which a nap is looked at again."""
GLANCE = 0.005
"""Real seconds after which it is looked again whether others have moved a jumping clock."""


class Skipped:
    """Seconds that were jumped over instead of waited for, by all processes that share a file.

    Who has to wait for a moment moves everybody there at once; between two jumps, and while they
    are held, time passes as it does on this machine. The file holds two floats: how far everybody
    is ahead of this machine, and whether jumps are held.
    """

    def __init__(self, file: Path) -> None:
        """`file` is made where there is none; time has not jumped then."""
        self._handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._handle, struct.calcsize("dd"))
        self._kept = mmap.mmap(self._handle, struct.calcsize("dd"))
        self._threads = threading.Lock()  # the file's lock is the process's

    def seconds(self) -> float:
        """How far everybody's time is ahead of this machine's."""
        ahead: float = struct.unpack_from("d", self._kept)[0]
        return ahead

    def put(self, seconds: float) -> None:
        """Set the clock that processes share, for who begins anew."""
        struct.pack_into("d", self._kept, 0, seconds)

    @property
    def held(self) -> bool:
        """Whether nobody jumps for now."""
        return bool(struct.unpack_from("d", self._kept, 8)[0])

    @held.setter
    def held(self, held: bool) -> None:
        struct.pack_into("d", self._kept, 8, float(held))

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Jump to the moment that is so many seconds away, unless others are there already.

        Where jumps are held it waits until they are not, until the moment comes by itself, or until
        `stop` is set.
        """
        due = time.monotonic() + self.seconds() + seconds
        while self.held and time.monotonic() + self.seconds() < due:
            if stop.wait(GLANCE):
                return
        with self._threads, alone(self._handle):
            self.put(max(self.seconds(), due - time.monotonic()))


@functools.cache
def skipped(file: str) -> Skipped:
    """The jumps of that file, opened once a process."""
    return Skipped(Path(file))


@dataclass
class Alarm:
    """Ends every nap that waits for it, from any thread."""

    rung: int = 0
    """How often."""

    def ring(self) -> None:
        """End every sleep that listens to the alarm."""
        self.rung += 1


@dataclass
class Clock:
    """Seconds of the world it works in; `pace` real seconds pass in one of them.

    At the usual pace it jumps where `CLOCK_VARIABLE` says so: then nothing is waited for, and
    sleeping moves the clock of everybody who shares the file.
    """

    pace: float = 1.0
    alarm: Alarm = field(default_factory=Alarm)

    def __post_init__(self) -> None:
        file = os.environ.get(CLOCK_VARIABLE) if self.pace == 1 else None
        self.jumps = skipped(file) if file else None
        self._start = self._moment()

    def _moment(self) -> float:
        return time.monotonic() + (self.jumps.seconds() if self.jumps else 0)

    def now(self) -> float:
        """Seconds since the clock was made."""
        return (self._moment() - self._start) / self.pace

    def age(self, moment: str) -> float:
        """Seconds since a moment of AWS's, in ISO 8601; none where its clock is ahead of ours."""
        ahead = self.jumps.seconds() if self.jumps else 0
        made = datetime.fromisoformat(moment).timestamp()
        return max(0.0, time.time() + ahead - made) / self.pace

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        """Wait; raises Interrupted as soon as `stop` is set."""
        if self.jumps:
            self.jumps.wait(seconds, stop)
        if stop.wait(0 if self.jumps else seconds * self.pace):
            raise Interrupted

    def nap(self, seconds: float, stop: threading.Event) -> None:
        """Sleep, but shorter where the alarm rings."""
        rung, until = self.alarm.rung, self.now() + seconds
        while self.alarm.rung == rung and (left := until - self.now()) > 0:
            self.sleep(min(left, SLICE / self.pace), stop)

    def idle(self, seconds: float, end: threading.Event) -> bool:
        """Wait beside those who work, who alone move a jumping clock; whether `end` was set."""
        if not self.jumps:
            return end.wait(seconds * self.pace)
        until = self.now() + seconds
        while self.now() < until:
            if end.wait(GLANCE):
                return True
        return end.is_set()
