"""Ctrl-C and SIGTERM: both stop a run after the calls under way, and each has its exit code."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from wizard.errors import ExitCode

STOPS = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}
AGAIN = {signal.SIGINT: "Ctrl-C again ends at once.", signal.SIGTERM: "SIGTERM again ends at once."}


class Terminated(KeyboardInterrupt):
    """SIGTERM, where Ctrl-C would have been KeyboardInterrupt."""

    code = ExitCode.TERMINATED


@dataclass
class Stopped:
    """Which signal stopped a run; none as long as `code` is OK."""

    code: ExitCode = ExitCode.OK


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Within it, SIGTERM is raised as Terminated in the main thread."""

    def raised(_number: int, _frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, raised)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def stopping(stop: threading.Event) -> Iterator[Stopped]:
    """The first signal sets `stop`, the second of its kind does what it did before."""
    stopped = Stopped()

    def first(number: int, _frame: object) -> None:
        kind = signal.Signals(number)
        stopped.code = STOPS[kind]
        stop.set()
        signal.signal(kind, before[kind])
        with contextlib.suppress(OSError, ValueError):
            print(f"\nStopping after the calls under way; {AGAIN[kind]}", file=sys.stderr)

    before = {kind: signal.signal(kind, first) for kind in STOPS}
    try:
        yield stopped
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
