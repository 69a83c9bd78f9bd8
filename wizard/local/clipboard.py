"""This machine's clipboard: which program holds it, and the text handed to that program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

PATIENCE = 3.0
"""Seconds that one of the programs may take."""


class Holder(NamedTuple):
    """A program that takes a text from its standard input, and what holds the text then."""

    command: tuple[str, ...]
    place: str


def holders(environment: Mapping[str, str], platform: str = sys.platform) -> Iterator[Holder]:
    """Those that can be at work here, the likeliest first.

    Over SSH a clipboard of the machine at the other end helps nobody; X11 may be forwarded.
    """
    here = not (environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    if platform == "darwin" and here:
        yield Holder(("pbcopy",), "the clipboard")
    if environment.get("WAYLAND_DISPLAY") and here:
        yield Holder(("wl-copy",), "the clipboard")
    if environment.get("DISPLAY"):
        yield Holder(("xclip", "-selection", "clipboard"), "the clipboard")
        yield Holder(("xsel", "--clipboard", "--input"), "the clipboard")
    if environment.get("TMUX"):
        # -w hands it to the terminal as well; before tmux 3.2 there was none
        yield Holder(("tmux", "load-buffer", "-w", "-"), "tmux's buffer")
        yield Holder(("tmux", "load-buffer", "-"), "tmux's buffer")


def put(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Hand the text to the first program that takes it; what holds it now, empty for none.

    Blocks for at most a few seconds for each. The text is on no command line.
    """
    for holder in holders(os.environ if environment is None else environment):
        if shutil.which(holder.command[0]) and _taken(holder.command, text):
            return holder.place
    return ""


def _taken(command: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the command is one of those above
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,  # xclip stays and would hold a pipe open
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
