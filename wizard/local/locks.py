"""Locks of the operating system: a process that is gone, however it went, holds none."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # there is none on this system, so nothing is ever held
    fcntl = None  # type: ignore[assignment]

HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def lock(handle: int) -> bool:
    """Take the open file's lock, until it is closed; False where another process holds it.

    True also where the file system knows no locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in HELD
    return True


def held(path: Path) -> bool:
    """Whether a process holds the file's lock; False for a file that cannot be opened."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | NOFOLLOW)
    except OSError:
        return False
    try:
        return not lock(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone(handle: int) -> Iterator[None]:
    """Within it no other process holds the open file's lock; waited for, where there are locks."""
    if fcntl is None:
        yield
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
