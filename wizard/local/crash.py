"""The last net: an error nobody foresaw, told in words; its place goes into a private file."""

from __future__ import annotations

import os
import tempfile
import traceback

from wizard.base.errors import WizardError
from wizard.catalogue import entry

MADE = "What was created or changed is in your account; run the same command again to resume."


class _Process:
    made = False


def made() -> None:
    """Take note that this process has created or changed something in the account."""
    _Process.made = True


def problem(error: BaseException) -> WizardError:
    """The error as a problem told to a person; its place (never its values) is kept in a file."""
    frames = traceback.format_tb(error.__traceback__)
    text = "".join([*frames, type(error).__name__, "\n"])
    try:
        handle, path = tempfile.mkstemp(prefix="formae-wizard-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        kept = f"Details without any values: {path}"
    except OSError:
        kept = "Details could not be saved: no temporary folder is writable."
    return WizardError(
        f"Internal error in formae-wizard ({type(error).__name__}).",
        kept,
        f"{entry('FW-WIZ-001').fix} {MADE if _Process.made else ''}".strip(),
        entry="FW-WIZ-001",
    )
