"""A person at a real pseudo-terminal: what is typed goes in, every byte that comes out is kept."""

import contextlib
import errno
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence

from tests.support import forked
from tests.support.standin import REGION

LIMIT = 120.0
"""Seconds that a busy machine may take for one answer."""
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>]|\][^\x07]*\x07)")
CTRL_C, CTRL_D = "\x03", "\x04"


class Person:
    """One run of `formae-wizard` in a terminal of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._read = 0
        self.raw = b""
        """All that was shown, with every escape sequence."""

    @property
    def shown(self) -> str:
        """All that was shown, as text."""
        return ESCAPES.sub("", self.raw.decode("utf-8", "replace")).replace("\r", "")

    @property
    def words(self) -> str:
        """The same with every line break as a blank, for lines are folded."""
        return " ".join(self.shown.split())

    def sees(self, text: str) -> str:
        """Wait until a text comes, behind what was waited for last; all that came until then."""
        end = time.monotonic() + LIMIT
        while (place := self.words.find(text, self._read)) < 0:
            assert time.monotonic() < end, f"“{text}” did not come:\n{self.shown}"
            assert self._more(), f"It ended without “{text}”:\n{self.shown}"
        before, self._read = self.words[self._read : place], place + len(text)
        return before

    def types(self, text: str = "", *, enter: bool = True) -> None:
        """Type a text, and Enter."""
        os.write(self._terminal, (text + "\r" * enter).encode())

    def answers(self, prompt: str, text: str = "") -> str:
        """Wait for a prompt, then type; what was said before it."""
        before = self.sees(prompt)
        self.types(text)
        return before

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + LIMIT
        while self._more():
            assert time.monotonic() < end, f"It did not end:\n{self.shown}"
        return self._process.wait(LIMIT)

    def is_terminated(self) -> None:
        """Send SIGTERM."""
        self._process.terminate()

    def _more(self) -> bool:
        """Take what came; whether more may come."""
        ready, _, _ = select.select([self._terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            got = os.read(self._terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # Linux's way to say that the other end is closed
                raise
            return False
        self.raw += got
        return bool(got)


def size(terminal: int, columns: int, lines: int) -> None:
    """Set a terminal's size."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


@contextlib.contextmanager
def person(
    *words: str,
    program: Sequence[str] = forked.WIZARD[1:],
    term: str = "dumb",
    columns: int = 80,
    lines: int = 24,
    **environment: str,
) -> Iterator[Person]:
    """The wizard with these words, on the stand-in that the environment leads to.

    `program` is what Python is given to be the wizard.
    """
    ours, theirs = os.openpty()
    size(theirs, columns, lines)
    given = {
        **os.environ,
        "AWS_REGION": REGION,
        "TERM": term,
        "PYTHONUTF8": "1",
        **environment,
    }
    process = forked.start((sys.executable, *program), words, theirs, given)
    os.close(theirs)
    try:
        yield Person(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
