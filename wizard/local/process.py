"""This process: its streams, the signals that stop a run, and the net below every mistake.

An error nobody foresaw is told in words; its place goes into a private file.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from wizard.base.errors import ExitCode, WizardError

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))

WORDS = {
    "✓": "ok",
    "✗": "x",
    "→": "->",
    "←": "<-",
    "↑": "up",
    "↓": "down",
    "…": "...",
    "·": "-",
    "•": "-",
    "\u2013": "-",
    "—": "-",
    "─": "-",
    "│": "|",
    "“": '"',
    "”": '"',
    "\u2018": "'",
    "\u2019": "'",
    "◐": "*",
    "●": "*",
    "○": "o",
    "\u00d7": "x",
    "≤": "<=",
    "≥": ">=",
}
"""What signs are called where a terminal's encoding has them not."""


def _in_words(error: UnicodeError) -> tuple[str | bytes, int]:
    """Signs as words, bytes of names as they were; other letters as UTF-8 where that is ASCII's."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    told: str | bytes = WORDS.get(letter, "?")
    if "\udc80" <= letter <= "\udcff":
        told = letter.encode("utf-8", "surrogateescape")
    elif letter not in WORDS and codecs.lookup(error.encoding).name == "ascii":
        told = letter.encode("utf-8", "replace")
    return told, error.start + 1


codecs.register_error("in-words", _in_words)


class Output(io.TextIOWrapper):
    """A standard stream that never raises: what it cannot take goes nowhere.

    What is being done goes on, whoever reads of it. `trouble` is what went wrong; a reader that has
    gone is none.
    """

    trouble: OSError | None = None

    def write(self, text: str) -> int:
        """Write a text; its length."""
        try:
            return super().write(text)
        except OSError as error:
            self._lost(error)
            return len(text)

    def flush(self) -> None:
        """Hand on what was written so far."""
        try:
            super().flush()
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        if not isinstance(error, BrokenPipeError):
            self.trouble = self.trouble or error
        abandon(self)


def open_streams() -> None:
    """Give every closed standard stream the null device, and nothing a chance to break one.

    Otherwise the first file that is opened would get its number, and be written into.
    """
    for number, (name, mode) in enumerate(STREAMS):
        if getattr(sys, name) is None and _closed(number):
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper:
            lines, through = stream.line_buffering, stream.write_through
            encoding, buffer = stream.encoding, stream.detach()
            stream = Output(buffer, encoding, line_buffering=lines, write_through=through)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="in-words")


def data_out() -> TextIO:
    """Standard output for what other programs read: UTF-8, whatever the terminal's encoding is."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="in-words")
    return sys.stdout


def unwritten() -> str:
    """Why not all of standard output could be written; empty where all was, or nobody reads it."""
    with contextlib.suppress(ValueError):
        sys.stdout.flush()
    trouble = getattr(sys.stdout, "trouble", None)
    return (trouble.strerror or str(trouble)) if trouble else ""


def abandon(stream: TextIO) -> None:
    """Nobody reads the stream any more: what is still in its buffer goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _closed(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return True
    return False


STOPS = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HUNG_UP,
}

AGAIN = {
    signal.SIGINT: "Ctrl-C again to quit immediately.",
    signal.SIGTERM: "SIGTERM again to quit immediately.",
    signal.SIGHUP: "SIGHUP again to quit immediately.",
}


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP, where Ctrl-C would have been KeyboardInterrupt."""

    def __init__(self, code: ExitCode = ExitCode.TERMINATED) -> None:
        super().__init__()
        self.code = code


def heeded() -> list[signal.Signals]:
    """The signals that stop a run: SIGTERM, and SIGHUP where it is not ignored."""
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
            print(f"\nStopping after the running calls; {AGAIN[kind]}", file=sys.stderr)

    kinds = [signal.SIGINT, *heeded()]
    before = {kind: signal.signal(kind, first) for kind in kinds}
    try:
        yield stopped
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


MADE = "What was created or changed is in your account; run the same command again to resume."


class _Process:
    made = False


def made() -> None:
    """Take note that this process has created or changed something in the account."""
    _Process.made = True


def problem(error: BaseException) -> WizardError:
    """The error as a problem told to a person; its place (never its values) is kept in a file."""
    from wizard.catalogue import entry

    frames = traceback.format_tb(error.__traceback__)
    text = "".join([*frames, type(error).__name__, "\n"])
    try:
        handle, path = tempfile.mkstemp(prefix="formae-wizard-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        kept = f"Details without any values: {path}"
    except OSError:
        kept = "Details could not be saved: no temporary folder is writable."
    return WizardError(
        f"Internal error in formae-wizard ({type(error).__name__}).",
        kept,
        f"{entry('FW-WIZ-001').fix} {MADE if _Process.made else ''}".strip(),
        entry="FW-WIZ-001",
    )
