"""The files of the journals: their folder, bounded and the owner's alone, and their lines.

A line is a JSON object. `kind` is one of: `run`, the first line; `intent`, before something is
changed; `result`, after it, by the intent's `number`; `step`, a step in a new state; `end`;
`forgotten`, when a person does not want to hear of the run any more. Lines may be anything where
they are read. Also what a run needs of its journal, as a protocol, and the one of a run without.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from wizard.base.json_input import parsed_json
from wizard.base.text import clean
from wizard.local.files import make_folders, state_folder

VERSION = 1
LONGEST = 2000
"""Characters of a text in a line."""
MOST = 4_000_000
"""Bytes of a journal that are read; a run's has some ten thousand."""

Line = dict[str, Any]


class End(StrEnum):
    """How a run came to its end in order."""

    WELL = "ended well"
    STOPPED = "stopped"
    FAILED = "failed"


class Result(StrEnum):
    """What came of a change, as far as the run heard."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a run is about."""

    verb: str
    """`apply`, `destroy` or `rotate`."""
    name: str
    region: str
    account: str
    profile: str = ""
    answers: str = ""
    """The text of an answers file, without a secret; it is kept beside the journal."""
    edits: str = ""
    """The folder with the documents that were edited by hand."""
    own_password: bool = False
    again: str = ""
    """The command that goes on from the run, without a secret."""


def text_of(line: Line) -> str:
    """The line as it is written: ASCII, with its end, and no text in it too long."""
    shown = {key: _short(value) for key, value in line.items()}
    return json.dumps(shown, allow_nan=False, separators=(",", ":")) + "\n"


def _short(value: Any) -> Any:
    return clean(value)[:LONGEST] if isinstance(value, str) else value


def lines_of(data: bytes) -> Iterator[Line]:
    """The lines that are whole; one that was being written when the power went is passed over."""
    for part in data.split(b"\n"):
        try:
            line = parsed_json(part)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("kind"), str):
            yield line


def word(line: Line, key: str) -> str:
    """A text of the line, fit for a terminal; empty where there is none."""
    value = line.get(key)
    return clean(value)[:LONGEST] if isinstance(value, str) else ""


class ChangeLog(Protocol):
    """Hears of everything that is about to be changed, and of what came of it."""

    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Within it the change is made; what is raised is noted and goes on. Never raises itself.

        `service` and `operation` are AWS's, or say in the same way what else is changed.
        """


class _NoChangeLog:
    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Write down nothing of a change that is about to be made."""
        del step, service, operation
        return contextlib.nullcontext()


NO_CHANGE_LOG: ChangeLog = _NoChangeLog()


KEPT = 20
"""So many journals stay; older ones are removed, with their answers."""
OURS = re.compile(r"\d{8}T\d{6}Z-[a-z0-9-]+\.jsonl")
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def folder() -> Path:
    """The folder of the journals. Raises RuntimeError where no home is known."""
    return state_folder(os.environ) / "journal"


def made() -> Path:
    """The folder, for the owner only. Raises OSError, RuntimeError."""
    place = folder()
    make_folders(place)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(0, f"{place} is not your folder")
    if stat.S_IMODE(found.st_mode) != 0o700:
        place.chmod(0o700)
    return place


def new(place: Path, name: str) -> tuple[Path, int]:
    """A new journal of a deployment's run, and the handle to write to it. Raises OSError."""
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{name}"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | NOFOLLOW
    for number in range(1, 100):
        path = place / (f"{stem}-{number}.jsonl" if number > 1 else f"{stem}.jsonl")
        with contextlib.suppress(FileExistsError):
            return path, os.open(path, flags, 0o600)
    raise FileExistsError(0, "too many runs in one second")


def journals() -> list[Path]:
    """Every journal, the newest first; none where the folder cannot be read."""
    try:
        found = [path for path in folder().iterdir() if OURS.fullmatch(path.name)]
    except (OSError, RuntimeError):
        return []
    return sorted(found, key=lambda path: (path.name[:16], _made(path)), reverse=True)


def _made(path: Path) -> float:
    """When it was written last: two of one second are told apart by that."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def prune(needed: Collection[Path]) -> None:
    """Remove old journals and their answers, but for those that are `needed`."""
    for old in journals()[KEPT:]:
        if old not in needed:
            for path in (old, answers_beside(old)):
                with contextlib.suppress(OSError):
                    path.unlink()


def answers_beside(journal: Path) -> Path:
    """The file with the run's answers."""
    return journal.with_suffix(".toml")
