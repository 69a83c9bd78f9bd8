"""How soon the full screen can be read, beside posting and harlequin in the same terminal.

From the start of the process to the first frame with words, in a pseudo-terminal of 120 by 40 with
an empty home. The two others are made with the same toolkit.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import venv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.measured import LIMIT, Missing, Row, Setup, bare, turns

RIVALS = {"posting": ["posting", "tree-sitter==0.25.*"], "harlequin": ["harlequin"]}
"""What pip is asked for. With tree-sitter 0.26, which it allows, posting 2.11 dies at its start."""
AIMS = {"harlequin": 0.5}
OURS = str(Path(sys.executable).with_name("formae-wizard"))
LETTERS = 40
"""Letters and digits on the screen from which on a frame can be read."""
PATIENCE = 30.0
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""How a program takes the full screen, and gives it back."""
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|.)")


def first_frame(command: Sequence[str], home: str) -> float:
    """Seconds until the program has drawn words. TimeoutError when it never does."""
    environment = bare(home, TERM="xterm-256color", COLORTERM="truecolor")
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execvpe(command[0], list(command), environment)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        _read_until_words(terminal, started + PATIENCE)
        return time.perf_counter() - started
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _read_until_words(terminal: int, end: float) -> None:
    drawn = b""
    while letters(drawn) < LETTERS:
        if not select.select([terminal], [], [], max(0.0, end - time.perf_counter()))[0]:
            raise TimeoutError(drawn[-500:])
        try:
            drawn += os.read(terminal, 65536)
        except OSError:
            raise TimeoutError(f"It ended: {drawn[-500:]!r}") from None
        if LEFT in drawn:
            raise TimeoutError(f"It gave up: {drawn[-500:]!r}")


def letters(drawn: bytes) -> int:
    """How much can be read of what was written since the full screen was entered."""
    frame = drawn.partition(ENTERED)[2]
    return sum(chr(each).isalnum() for each in ESCAPES.sub(b"", frame) if each < 128)


def installed(name: str, folder: Path) -> str | None:
    """A rival in an environment of its own; None where it cannot be installed."""
    venv.create(folder / name, with_pip=True)
    program = folder / name / "bin" / name
    pip = [str(program.with_name("pip")), "install", "--quiet", *RIVALS[name]]
    try:
        end = subprocess.run(pip, check=False, capture_output=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    return None if end.returncode else str(program)


def measure(setup: Setup) -> Iterator[Row]:
    """All of them in turns, and ours beside each of theirs."""
    programs = {name: installed(name, setup.folder) for name in RIVALS}
    there = {name: program for name, program in programs.items() if program}
    with tempfile.TemporaryDirectory() as home:
        took = turns(
            setup.rounds,
            {
                name: partial(first_frame, [program], home)
                for name, program in {**there, "": OURS}.items()
            },
        )
    for name in there:
        yield Row(
            what="first paint",
            unit="s",
            ours=took[""],
            against=name,
            theirs=took[name],
            aim=AIMS.get(name),
        )
    if not there:
        yield Row(what="first paint", unit="s", ours=took[""])
    if gone := ", ".join(sorted(programs.keys() - there.keys())):
        raise Missing(f"{gone} could not be installed")
