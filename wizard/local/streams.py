"""Standard streams that are there, whatever the shell left closed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_streams() -> None:
    """Give every closed standard stream the null device, and no letter a chance to break one.

    Otherwise the first file that is opened would get its number, and be written into. What a
    terminal's encoding has not is written as its number.
    """
    for number, (name, mode) in enumerate(STREAMS):
        if getattr(sys, name) is None and _closed(number):
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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
