"""The person's home folder, where there is one that can be used.

Where this program keeps what it remembers, below the person's state folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def home() -> Path:
    """HOME, or what the system has for this user where HOME is empty or not set.

    Raises RuntimeError, whose text says why there is none, as half a sentence.
    """
    folder = Path(os.environ.get("HOME") or _of_the_system())
    if not folder.is_absolute():
        raise RuntimeError(f"HOME is “{folder}”, which is not an absolute path")
    if not folder.is_dir():
        raise RuntimeError(f"the home folder {folder} does not exist")
    return folder


def _of_the_system() -> str:
    try:
        import pwd
    except ImportError:  # there is none on this system
        return str(Path.home())
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        raise RuntimeError("the home folder is unknown") from None


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
        raise RuntimeError(f"{folder} belongs to another user")
    return folder


def _somebody_elses(folder: Path) -> bool:
    try:
        return hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
    except OSError:
        return False
