"""A real program in a pseudo-terminal, and what stands on that terminal's screen.

It knows of a terminal's language what Textual writes: places, text, clearing and the alternate
screen. Colours are dropped, and every character is one cell wide.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.support import forked
from tests.support.standin import ACCOUNT

LIMIT = 90.0
"""Seconds after which what does not come about never does; a busy machine is slow."""
PIECES = re.compile(
    r"\x1b\[(?P<args>[0-?]*)(?P<end>[ -/]*[@-~])"
    r"|\x1b[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()].|\x1b."
    r"|(?P<control>[\x00-\x1f\x7f])|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]P_][^\x07\x1b]*|[()])?$")
KEYS = {"enter": "\r", "escape": "\x1b", "tab": "\t", "down": "\x1b[B", "up": "\x1b[A"}
KEYS |= {f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"}


class Picture:
    """The cells of a screen; two of them, as every terminal has."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows = self._empty()
        self.kept: list[list[str]] | None = None
        """The ordinary screen, while the alternate one is shown."""
        self.x = self.y = 0
        self._was = 0, 0
        """Where the cursor was on the ordinary screen."""

    def _empty(self) -> list[list[str]]:
        return [[" "] * self.width for _ in range(self.height)]

    @property
    def text(self) -> str:
        """What stands there, row by row."""
        return "\n".join("".join(row).rstrip() for row in self.rows)

    def write(self, text: str) -> None:
        """Take what the program wrote."""
        for piece in PIECES.finditer(text):
            if piece["text"]:
                self._put(piece["text"])
            elif piece["control"]:
                self._control(piece["control"])
            elif piece["end"]:
                self._sequence(piece["args"], piece["end"])

    def _put(self, text: str) -> None:
        for letter in text:
            if self.x < self.width:
                self.rows[self.y][self.x] = letter
                self.x += 1

    def _control(self, control: str) -> None:
        if control == "\r":
            self.x = 0
        elif control == "\n":
            self.y += 1
            if self.y == self.height:
                self.rows = [*self.rows[1:], [" "] * self.width]
                self.y -= 1

    def _sequence(self, args: str, end: str) -> None:
        numbers = [int(each) if each.isdecimal() else 1 for each in args.split(";")]
        match end:
            case "H":
                row, column = numbers if len(numbers) == 2 else (1, 1)
                self.y, self.x = min(row, self.height) - 1, min(column, self.width) - 1
            case "J" if args == "2":
                self.rows = self._empty()
            case "K":
                self.rows[self.y][self.x :] = [" "] * (self.width - self.x)
            case "h" if args == "?1049":
                self.kept, self.rows = self.rows, self._empty()
                self._was = self.x, self.y
            case "l" if args == "?1049" and self.kept:
                self.rows, self.kept = self.kept, None
                self.x, self.y = self._was
            case _:
                pass


class Terminal:
    """One program, running in a terminal of a given size."""

    def __init__(
        self, child: "subprocess.Popen[bytes]", handle: int, size: tuple[int, int]
    ) -> None:
        self.child, self._handle = child, handle
        self._half = b""
        self._open = ""
        self.picture = Picture(*size)
        self.written = ""
        """Everything the program wrote."""

    @property
    def shown(self) -> str:
        """What stands on its screen."""
        return self.picture.text

    @property
    def full_screen(self) -> bool:
        """Whether the program has the alternate screen."""
        return self.picture.kept is not None

    def press(self, *keys: str) -> None:
        """Press keys, by their names or letters."""
        for key in keys:
            os.write(self._handle, KEYS.get(key, key).encode())

    def resize(self, width: int, height: int) -> None:
        """The window has another size now."""
        self.picture = Picture(width, height)
        self.picture.kept = []
        _measure(self._handle, width, height)
        self.child.send_signal(signal.SIGWINCH)

    def until(self, holds: "str | Callable[[], object]") -> None:
        """Read what the program writes until a text is there, or something holds."""
        end = time.monotonic() + LIMIT
        while not (holds in self.shown if isinstance(holds, str) else holds()):
            assert time.monotonic() < end, f"{holds} did not come about:\n{self.shown}"
            assert self._read(0.2), f"{holds} never came, the program has ended:\n{self.shown}"

    def wait(self) -> int:
        """The exit code of the program, once it has ended."""
        end = time.monotonic() + LIMIT
        while self._read(0.2):
            assert time.monotonic() < end, f"it does not end:\n{self.shown}"
        return self.child.wait(LIMIT)

    def _read(self, seconds: float) -> bool:
        """Read for a moment; whether the program is still there."""
        if not select.select([self._handle], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # Linux's way to say that nobody writes any more
            return False
        decoded = self._decoded(data)
        self.written += decoded
        text = self._open + decoded
        cut = UNFINISHED.search(text)
        self._open = text[cut.start() :] if cut else ""
        self.picture.write(text[: cut.start()] if cut else text)
        return bool(data)

    def _decoded(self, data: bytes) -> str:
        data = self._half + data
        for length in range(4):
            with contextlib.suppress(UnicodeDecodeError):
                whole = data[: len(data) - length]
                text = whole.decode()
                self._half = data[len(whole) :]
                return text
        raise AssertionError(f"no UTF-8: {data!r}")

    def close(self) -> None:
        """End the program, where it has not ended."""
        self.child.kill()
        self.child.wait(LIMIT)
        os.close(self._handle)


def started(shown: Terminal) -> None:
    """From the first page into the run, by the keys."""
    shown.until(ACCOUNT)
    shown.press("ctrl+s")
    shown.until("1 Summary")
    shown.press("ctrl+s")
    shown.until("This creates the agent in")
    shown.press("s")


def _measure(handle: int, width: int, height: int) -> None:
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


@contextlib.contextmanager
def terminal(
    words: Sequence[str],
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (120, 40),
    program: Sequence[str] = forked.WIZARD,
) -> Iterator[Terminal]:
    """The program with these words, in this process's environment and what is given."""
    made = {**os.environ, "TERM": "xterm-256color", **(environment or {})}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        if name not in (environment or {}):
            made.pop(name, None)
    handle, theirs = os.openpty()
    _measure(handle, *size)
    opened = Terminal(forked.start(program, words, theirs, made), handle, size)
    os.close(theirs)
    try:
        yield opened
    finally:
        opened.close()
