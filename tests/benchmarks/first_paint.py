"""How soon something can be read: from the start of the process to the first frame with words.

Run it with `python -m tests.benchmarks.first_paint [--runs 10] [--rivals FOLDER]`. Every program
runs in a pseudo-terminal of 120 by 40 with an empty home; posting and harlequin, which are made
with the same toolkit, are installed from PyPI into throw-away environments (or into FOLDER, to be
used again) and take turns with ours, so that a busy machine slows all alike. Prints medians.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

RIVALS = {"posting": ["posting", "tree-sitter==0.25.*"], "harlequin": ["harlequin"]}
"""What pip is asked for. With tree-sitter 0.26, which it allows, posting 2.11 dies at its start."""
PROGRAM = Path(sys.executable).with_name("formae-wizard")
LETTERS = 40
"""Letters and digits on the screen from which on a frame can be read."""
LIMIT = 30.0
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""How a program takes the full screen, and gives it back."""
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|.)")


def first_frame(command: Sequence[str], home: str) -> float:
    """Seconds until the program has drawn words. TimeoutError when it never does."""
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("AWS_")},
        "HOME": home,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execvpe(command[0], list(command), environment)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        _read_until_words(terminal, started + LIMIT)
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


def quiet(command: Sequence[str], _home: str) -> float:
    """Seconds until a command without a screen has ended."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def installed(name: str, folder: Path) -> Path | None:
    """A rival in an environment of its own; None where it cannot be installed."""
    program = folder / name / "bin" / name
    if not program.exists():
        venv.create(folder / name, with_pip=True)
        pip = [str(folder / name / "bin" / "pip"), "install", "--quiet", *RIVALS[name]]
        if subprocess.run(pip, check=False, stderr=subprocess.DEVNULL).returncode:
            return None
    return program


Measure = Callable[[Sequence[str], str], float]


def contestants(folder: Path) -> Iterator[tuple[str, Measure, list[str]]]:
    """What is measured, how, and by which command."""
    yield "python -c pass", quiet, [sys.executable, "-c", "pass"]
    yield "formae-wizard --help", quiet, [str(PROGRAM), "--help"]
    yield "formae-wizard", first_frame, [str(PROGRAM)]
    for name in RIVALS:
        program = installed(name, folder)
        if program:
            yield name, first_frame, [str(program)]
        else:
            print(f"{name} could not be installed here", file=sys.stderr)


def measure(runs: int, folder: Path) -> dict[str, list[float]]:
    """Seconds by contestant; they take turns, and the first turn only warms up."""
    measured: list[tuple[tuple[str, Measure, list[str]], list[float]]]
    measured = [(each, []) for each in contestants(folder)]
    with tempfile.TemporaryDirectory() as home:
        for turn in range(runs + 1):
            for (_, how, command), seconds in measured:
                took = how(command, home)
                if turn:
                    seconds.append(took)
    return {name: seconds for (name, _, _), seconds in measured}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--rivals", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as throw_away:
        for name, seconds in measure(arguments.runs, arguments.rivals or Path(throw_away)).items():
            middle, least, most = statistics.median(seconds), min(seconds), max(seconds)
            print(f"{name:<22} {middle:6.3f} s   ({least:.3f} to {most:.3f}, {len(seconds)} runs)")


if __name__ == "__main__":
    main()
