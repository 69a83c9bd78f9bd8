"""Reading a text file that a person names: bounded, and never waiting for a pipe or a device."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

LARGEST = 256 * 1024
"""Bytes; far more than any set of answers, and little enough to be read at once."""
STDIN = "-"


class Unreadable(Exception):
    """The file cannot be read; the text says why, as a sentence. `line` is where, or 0."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.line = line


def read_text(path: Path, *, largest: int = LARGEST) -> str:
    """The text of a plain file, at the end of links too. Raises Unreadable."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise Unreadable(f"It cannot be read: {reason}.") from None
    try:
        _demand_plain(os.fstat(handle).st_mode)
        with open(handle, "rb", closefd=False) as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Unreadable(f"It cannot be read: {error.strerror}.") from None
    finally:
        os.close(handle)
    return _text(data, largest)


def _demand_plain(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise Unreadable("It is a folder; a file belongs here.")
    if not stat.S_ISREG(mode):
        raise Unreadable(
            "It is a pipe or a device, not a plain file. Standard input is read as “-”."
        )


def read_stdin(*, largest: int = LARGEST) -> str:
    """Standard input to its end. Raises Unreadable, also where nothing is handed over."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise Unreadable("Nothing is handed over: standard input is a terminal, or closed.")
    try:
        data = sys.stdin.buffer.read(largest + 1)
    except OSError as error:
        raise Unreadable(f"It cannot be read: {error.strerror}.") from None
    return _text(data, largest)


def _text(data: bytes, largest: int) -> str:
    if len(data) > largest:
        raise Unreadable(f"It has more than {largest // 1024} KB, so it is not such a file.")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("It is not UTF-8 text.", line) from None
