"""A text into a file the person names, for them alone, never over another unasked."""

from __future__ import annotations

from pathlib import Path

from wizard.base.errors import WizardError
from wizard.local.files import write_private
from wizard.ui.plain.talk import Talk


def save(talk: Talk, name: str, text: str) -> Path | None:
    """Ask where to, and write; the file written, or None."""
    typed = talk.terminal.line(f"Into which file? [{name}]").strip()
    path = Path(typed or name).expanduser()
    if path.exists() and not talk.sure(f"{path} is there already. Overwrite it?"):
        talk.say("Not saved.")
        return None
    try:
        write_private(path, text, keep_old=False)
    except WizardError as problem:
        talk.terminal.problem(problem, "Not saved. ")
        return None
    talk.say(f"Saved as {path}, readable by you alone.")
    return path
