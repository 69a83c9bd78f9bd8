"""A long text, a screenful at a time; in the person's own pager where one is set and of use."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from wizard.base.text import clean_lines
from wizard.ui.plain.terminal import Terminal, dumb

LEAST = 5


def page(terminal: Terminal, lines: Sequence[str]) -> None:
    """Show the lines: Enter goes on, q stops."""
    clean = [clean_lines(line) for line in lines]
    command = pager(os.environ)
    if command and _paged(command, "\n".join(clean) + "\n"):
        return
    rest = clean
    while rest:
        number = fitting(rest, *terminal.size)
        terminal.write("\n".join(rest[:number]))
        rest = rest[number:]
        if rest and terminal.line(f"{len(rest)} more lines. Enter: on, q: stop.").strip() == "q":
            return


def pager(environment: Mapping[str, str]) -> list[str]:
    """The command of the person's pager; empty where none is set, found, or of any use here."""
    try:
        words = shlex.split(environment.get("PAGER", ""))
    except ValueError:
        return []
    return words if words and not dumb(environment) and shutil.which(words[0]) else []


def _paged(command: list[str], text: str) -> bool:
    # In its secure mode less starts no other program; F and X leave short texts on the terminal.
    environment = {"LESS": "FX", **os.environ, "LESSSECURE": "1"}
    try:
        subprocess.run(command, input=text, text=True, env=environment, check=False)  # noqa: S603
    except OSError:
        return False
    return True


def fitting(lines: Sequence[str], columns: int, height: int) -> int:
    """How many of the lines fill a screen, but for the prompt; at least one."""
    room, number = max(LEAST, height - 2), 0
    for line in lines:
        room -= max(1, -(-len(line) // columns))
        if room < 0 and number:
            break
        number += 1
    return number
