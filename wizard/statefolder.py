"""Where this program keeps what it remembers, below the person's state folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def state_folder(environment: Mapping[str, str]) -> Path:
    """Below $XDG_STATE_HOME, which must be absolute, or ~/.local/state.

    Raises RuntimeError where no home is known.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        state = Path("~/.local/state").expanduser()
    return state / "formae-wizard"
