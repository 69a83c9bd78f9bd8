"""The person's home folder, where there is one that can be used.

Where this program keeps what it remembers, below the person's state folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError


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


def demand_own_home() -> None:
    """Raise WizardError where the home folder is another person's, as under `sudo -E`.

    Files made there would be ours, and keep its owner's programs from theirs. A folder of root's,
    such as /tmp in a container, is nobody's home.
    """
    if not hasattr(os, "geteuid"):
        return
    try:
        folder = home()
        owner, user = folder.stat().st_uid, os.geteuid()
    except (OSError, RuntimeError):
        return  # who needs one says so
    if owner not in {user, 0}:
        me, them = _called(user), _called(owner)
        raise WizardError(
            f"The home folder {folder} belongs to {them}, but this runs as {me}.",
            f"What is kept there would be {me}'s, and {them}'s own programs could not use it.",
            f"Run it as {them} (it needs no sudo), or with a HOME that is {me}'s (`sudo -H`).",
            ExitCode.NOT_READY,
            entry="FW-FILE-004",
        )


def _called(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


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
