"""Ctrl-C, SIGTERM and SIGHUP (the terminal was closed): each stops a run after the calls under way.

Each has its exit code. SIGHUP counts only where nobody had it ignored, as `nohup` does.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from wizard.base.errors import ExitCode
from wizard.local.streams import abandon

STOPS = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HUNG_UP,
}
AGAIN = {
    signal.SIGINT: "Ctrl-C again ends at once.",
    signal.SIGTERM: "SIGTERM again ends at once.",
    signal.SIGHUP: "SIGHUP again ends at once.",
}


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP, where Ctrl-C would have been KeyboardInterrupt."""

    def __init__(self, code: ExitCode = ExitCode.TERMINATED) -> None:
        super().__init__()
        self.code = code


def heeded() -> list[signal.Signals]:
    """SIGTERM, and SIGHUP where it is not ignored."""
    return [
        kind
        for kind in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(kind) is not signal.SIG_IGN
    ]


def hung_up() -> None:
    """The terminal is gone: what would still be written to it goes nowhere."""
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            abandon(stream)


@dataclass
class Stopped:
    """Which signal stopped a run; none as long as `code` is OK."""

    code: ExitCode = ExitCode.OK


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Within it, SIGTERM and SIGHUP are raised as Terminated in the main thread."""

    def raised(number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            hung_up()
        raise Terminated(STOPS[signal.Signals(number)])

    before = {kind: signal.signal(kind, raised) for kind in heeded()}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@contextlib.contextmanager
def stopping(stop: threading.Event) -> Iterator[Stopped]:
    """The first signal sets `stop`, the second of its kind does what it did before."""
    stopped = Stopped()

    def first(number: int, _frame: object) -> None:
        kind = signal.Signals(number)
        stopped.code = STOPS[kind]
        stop.set()
        if kind is signal.SIGHUP:
            hung_up()
        signal.signal(kind, before[kind])
        with contextlib.suppress(OSError, ValueError):
            print(f"\nStopping after the calls under way; {AGAIN[kind]}", file=sys.stderr)

    kinds = [signal.SIGINT, *heeded()]
    before = {kind: signal.signal(kind, first) for kind in kinds}
    try:
        yield stopped
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
