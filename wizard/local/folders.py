"""The person's home folder, where there is one that can be used."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """HOME, or what the system has for this user where HOME is empty or not set.

    Raises RuntimeError, whose text says why there is none, as half a sentence.
    """
    folder = Path(os.environ.get("HOME") or _of_the_system())
    if not folder.is_absolute():
        raise RuntimeError(f"HOME is “{folder}”, which does not begin at the root")
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
        raise RuntimeError("nobody knows where the home folder is") from None
