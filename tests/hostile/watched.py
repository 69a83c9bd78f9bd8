"""The real program, watched: what the process list shows of it, and whom it speaks to.

Every process it starts that is Python notes each connection and each looked-up name, by an audit
hook in a `sitecustomize` that it finds first; the process list is sampled as `ps` would.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

HOOK = """\
import os, sys
def note(event, values):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        where = values[1] if event == "socket.connect" else values[0]
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{event} {where!r}\\n")
sys.addaudithook(note)
"""
EVERY = 0.02
"""Seconds between two looks at the process list."""


@dataclass
class Watched:
    """How it ended, and what was seen."""

    code: int
    out: str
    err: str
    shown: set[str] = field(default_factory=set)
    """Command lines and environments of every process of this machine that is its or its own."""
    spoken: set[str] = field(default_factory=set)
    """Connections and names that were looked up."""


def watch(words: list[str], folder: Path, environment: dict[str, str]) -> Watched:
    """Run `formae-wizard` with these words; its notes lie in the folder, which must be empty."""
    (folder / "sitecustomize.py").write_text(HOOK)
    notes = folder / "spoken"
    notes.touch()
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))
    known = {**os.environ, **environment, "WATCHED": str(notes), "PYTHONPATH": path}
    process = subprocess.Popen(
        [sys.executable, "-m", "wizard", *words],
        env=known,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    shown: set[str] = set()
    ended = threading.Event()
    looker = threading.Thread(target=_look, args=(process.pid, shown, ended))
    looker.start()
    out, err = process.communicate()
    ended.set()
    looker.join()
    spoken = set(notes.read_text().splitlines())
    return Watched(process.returncode, out, err, shown, spoken)


def _look(session: int, shown: set[str], ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        for each in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                fields = (each / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    shown.add((each / "cmdline").read_bytes().decode(errors="replace"))
