"""Where this program keeps what it remembers, below the person's state folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wizard.local.folders import home


def state_folder(environment: Mapping[str, str]) -> Path:
    """Below $XDG_STATE_HOME, which must be absolute, or ~/.local/state.

    Raises RuntimeError, whose text is half a sentence, where there is no home, or where the folder
    is somebody else's, who could read and change what we remember.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        state = home() / ".local" / "state"
    folder = state / "formae-wizard"
    if _somebody_elses(folder):
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder


def _somebody_elses(folder: Path) -> bool:
    try:
        return hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
    except OSError:
        return False
