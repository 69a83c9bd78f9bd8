"""The folder of the journals: the owner's alone, and bounded in what it holds."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from wizard.local.files import make_folders
from wizard.local.folders import state_folder

KEPT = 20
"""So many journals stay; older ones are removed, with their answers."""
OURS = re.compile(r"\d{8}T\d{6}Z-[a-z0-9-]+\.jsonl")
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def folder() -> Path:
    """Where it is. Raises RuntimeError where no home is known."""
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
