"""Which profile was the CLI's active one before the wizard's: remembered on this machine alone.

Nothing else tells it later. Where it cannot be kept or read, the wizard does without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import WizardError
from wizard.local.files import write_private
from wizard.local.statefolder import state_folder

VERSION = 1


@dataclass(frozen=True, slots=True)
class Before:
    """What the file `active` said before a profile was switched to; None where it was not there."""

    text: str | None
    mode: int = 0o600
    """Who may read it; there is no secret in it."""


def remember(environment: Mapping[str, str], active_file: Path, profile: str) -> None:
    """Keep what `active` says now, before it is made to say `profile`."""
    try:
        text = active_file.read_text("utf-8") if active_file.exists() else None
        mode = active_file.stat().st_mode & 0o666 if text is not None else 0o600
        note = {"version": VERSION, "active": str(active_file), "before": text, "mode": mode}
        file = _file(environment, active_file, profile)
        write_private(file, json.dumps(note) + "\n", keep_old=False)
    except (OSError, UnicodeDecodeError, RuntimeError, WizardError):
        return  # a convenience, not worth failing for


def remembered(environment: Mapping[str, str], active_file: Path, profile: str) -> Before | None:
    """What was kept; None where nothing was."""
    try:
        note = json.loads(_file(environment, active_file, profile).read_text("utf-8"))
        if note["version"] != VERSION or note["active"] != str(active_file):
            return None
        text = note["before"]
        return Before(text if text is None else str(text), int(note.get("mode", 0o600)) & 0o666)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def forget(environment: Mapping[str, str], active_file: Path, profile: str) -> None:
    """It has been put back, so it is not needed any more."""
    try:
        _file(environment, active_file, profile).unlink(missing_ok=True)
    except (OSError, RuntimeError):
        return


def _file(environment: Mapping[str, str], active_file: Path, profile: str) -> Path:
    place = hashlib.sha256(str(active_file).encode()).hexdigest()[:12]
    return state_folder(environment) / "profiles" / f"{profile}-{place}.json"
