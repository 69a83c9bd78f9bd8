"""A text in the person's own editor: on a private file that is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from wizard.base.errors import WizardError

VARIABLES = ("VISUAL", "EDITOR")
COMMON = ("nano", "vim", "vi")
WINDOWS = frozenset(
    {"code", "code-insiders", "codium", "cursor", "windsurf", "subl", "zed", "mate", "atom"}
)
"""Editors with windows of their own: they return at once unless they are told to wait."""
WAIT = "--wait"
NO_EDITOR = WizardError(
    "No editor found.",
    "VISUAL and EDITOR are not set, and nano, vim and vi are not installed.",
    "Set EDITOR, for example EDITOR=nano or EDITOR='code --wait', and start the wizard again; or "
    "save the document, and use your own with --policy-file.",
)


def editor(environment: Mapping[str, str]) -> list[str]:
    """The command that opens the person's editor, and waits. Raises WizardError without one."""
    for name in VARIABLES:
        words = _words(name, environment.get(name, ""))
        if words:
            return words
    found = next((name for name in COMMON if shutil.which(name)), None)
    if found is None:
        raise NO_EDITOR
    return [found]


def _words(variable: str, text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise WizardError(
            f"{variable} is not a command: {text}",
            f"It cannot be parsed: {error}.",
            f"Set it, for example to {variable}=nano or {variable}='code --wait', and start again.",
        ) from None
    if words and Path(words[0]).name in WINDOWS and not {"-w", WAIT} & set(words):
        words.append(WAIT)
    return words


def edit(name: str, text: str, aside: AbstractContextManager[object] | None = None) -> str:
    """The text as the person leaves it. Raises WizardError where the editor fails.

    The file's name is the document's, so that the editor knows its language. Within `aside` the
    terminal is the editor's.
    """
    command = editor(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="formae-wizard-"))  # for its owner alone
    try:
        file = folder / Path(name).name
        file.touch(mode=0o600)
        file.write_text(text, "utf-8")
        with aside or contextlib.nullcontext():
            if WAIT in command:
                sys.stderr.write(f"Close {file.name} in {command[0]} to continue here.\n")
            ended = subprocess.run([*command, str(file)], check=False)  # noqa: S603 - their own
        if ended.returncode:
            raise _failed(command, f"It exited with {ended.returncode}.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _failed(command, str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _failed(command: list[str], why: str) -> WizardError:
    fix = "The document is unchanged. Set VISUAL or EDITOR to choose the editor."
    return WizardError(f"The editor {command[0]} failed.", why, fix)
