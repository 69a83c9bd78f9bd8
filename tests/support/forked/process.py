"""A process like those of `subprocess`, forked from one that has the wizard loaded."""

import contextlib
import ctypes
import fcntl
import functools
import json
import os
import re
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIZARD = (sys.executable, "-m", "wizard")
ROOT = Path(__file__).parents[3]
EARLY = ("PYTHON", "TEXTUAL", "ESCDELAY", "LC_", "LANG", "LD_")
"""Beginnings of the names of variables that are read before the wizard's first line."""
LATE = {"PYTHONUNBUFFERED", "PYTHONUTF8"}
"""Not these: the first is heeded in the fork, and the server itself has the second."""
SUBREAPER = 36
"""Linux: who is one becomes the parent of descendants whose own has ended."""


class Process(subprocess.Popen[Any]):
    """The wizard with these words, as `subprocess.Popen` would start it.

    With `terminal` its standard input becomes its controlling terminal.
    """

    def __init__(self, *words: str, terminal: bool = False, **options: Any) -> None:
        self._words, self._terminal = words, terminal
        super().__init__([*WIZARD, *words], **(options | (_AT_TERMINAL if terminal else {})))

    def _execute_child(self, *given: Any) -> None:
        """What subprocess calls, with all it has made ready."""
        before_exec, folder, variables = given[2], given[5], dict(given[6] or os.environ)
        pipes, session = given[10:16], given[21]
        if not sys.platform.startswith("linux") or before_exec not in (None, _take_terminal):
            super()._execute_child(*given)  # type: ignore[misc]
            return
        asked = {
            "words": self._words,
            "variables": variables,
            "folder": str(folder or Path.cwd()),
            "session": session,
            "terminal": self._terminal,
            "umask": _umask(),
        }
        early = {name: text for name, text in variables.items() if _early(name)}
        files = [pipes[at] if pipes[at] >= 0 else usual for usual, at in enumerate((0, 3, 5))]
        self.pid = _server(tuple(sorted(early.items()))).fork(asked, files)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


def start(
    program: Sequence[str], words: Sequence[str], terminal: int, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start a program with these words at an open terminal; it is forked where it is the wizard."""
    files = {"stdin": terminal, "stdout": terminal, "stderr": terminal, "env": environment}
    if tuple(program) == WIZARD:
        return Process(*words, terminal=True, **files)
    return subprocess.Popen([*program, *words], **files, **_AT_TERMINAL)  # type: ignore[call-overload,no-any-return]


def run(*words: str, timeout: float = 300, **options: Any) -> "subprocess.CompletedProcess[Any]":
    """What `subprocess.run` does, with both outputs kept and nobody at standard input."""
    pipe = subprocess.PIPE
    given = {"stdin": subprocess.DEVNULL, "stdout": pipe, "stderr": pipe, **options}
    with Process(*words, **given) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess([*WIZARD, *words], process.returncode, out, err)


@dataclass(frozen=True)
class Server:
    """The process that forks."""

    link: socket.socket
    lock: threading.Lock

    def fork(self, asked: Mapping[str, Any], files: Sequence[int]) -> int:
        """The number of a new process, a child of this one."""
        text = json.dumps(asked).encode()
        with self.lock, _subreaper():
            socket.send_fds(self.link, [len(text).to_bytes(8, "big")], list(files))
            self.link.sendall(text)
            return int.from_bytes(self.link.recv(8, socket.MSG_WAITALL), "big")


@functools.cache
def _server(early: tuple[tuple[str, str], ...]) -> Server:
    """The one that was started with these variables; it ends with this process."""
    ours, theirs = socket.socketpair()
    others = {name: text for name, text in os.environ.items() if not _early(name)}
    words = [sys.executable, "-m", "tests.support.forked.server", str(theirs.fileno())]
    subprocess.Popen(
        words,
        cwd=ROOT,
        env=others | dict(early) | {"PYTHONUTF8": "1"},
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    theirs.close()
    assert ours.recv(1), "the server of processes does not start"
    return Server(ours, threading.Lock())


def _early(name: str) -> bool:
    return name.startswith(EARLY) and name not in LATE


@contextlib.contextmanager
def _subreaper() -> Iterator[None]:
    """Only now, for others may look whether their orphans have ended."""
    process = ctypes.CDLL(None)
    process.prctl(SUBREAPER, 1, 0, 0, 0)
    yield
    process.prctl(SUBREAPER, 0, 0, 0, 0)


def _umask() -> int:
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"Umask:\s*(\d+)", status)[0], 8)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


_AT_TERMINAL = {"start_new_session": True, "preexec_fn": _take_terminal}
