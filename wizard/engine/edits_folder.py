"""Documents edited by hand that lie in a folder: `--edits` takes them, the wizard leaves them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import offers
from wizard.documents.edits import Edits, FolderEdits, editable
from wizard.local.files import write_private
from wizard.local.statefolder import state_folder
from wizard.local.textfile import Unreadable, read_text
from wizard.plan.model import Plan

NAMES = re.compile(
    r"agent\.conf\.pkl|formae-data-api-policy\.json|[a-z0-9-]+-agent-\d+\.json|"
    + "|".join(re.escape(name) for each in offers() for name in each.documents)
)
"""Names of the documents that can be edited, whatever the answers."""


def read_edits(name: str) -> FolderEdits:
    """The documents in the folder; other files in it are left alone, and named in the result.

    Raises WizardError where the folder or a document in it cannot be read, or where none is in it.
    """
    folder = Path(name).expanduser()
    try:
        files = sorted(os.listdir(folder))  # noqa: PTH208 - names alone
    except OSError as error:
        raise _unfit(f"{name}: The folder cannot be read: {error.strerror}.") from None
    texts, problems = {}, []
    for file in filter(NAMES.fullmatch, files):
        try:
            texts[file] = read_text(folder / file)
        except Unreadable as why:
            line = f":{why.line}" if why.line else ""
            problems.append(f"{folder / file}{line}: {why}")
    if problems:
        raise _unfit("\n".join(problems))
    if not texts:
        raise _unfit(
            f"{name}: There is no document of the wizard's in this folder.",
            "The review's Save writes them, and `formae-wizard export --output DIR/`.",
        )
    return FolderEdits(texts, str(folder), [file for file in files if file not in texts])


def _unfit(what: str, fix: str = "") -> WizardError:
    return WizardError(
        what, "", fix or "Give --edits the folder with your documents.", ExitCode.USAGE
    )


def folder_of(edits: Edits, plan: Plan) -> str:
    """Where the edits came from, or where they are kept now; empty where nothing was edited."""
    if not any(document.edited for document in plan.documents):
        return ""
    return edits.folder if isinstance(edits, FolderEdits) else keep_edits(plan)


def keep_edits(plan: Plan) -> str:
    """Write the documents of the plan that were edited into the state folder, for `--edits`.

    Gives the folder, empty where it cannot be written. Other documents that an earlier run of the
    same deployment left there are removed.
    """
    texts = {each.name: editable(each) for each in plan.documents if each.edited}
    try:
        folder = state_folder(os.environ) / "edits" / plan.name
        for old in folder.glob("*"):
            if NAMES.fullmatch(old.name) and old.name not in texts:
                old.unlink()
        for file, text in texts.items():
            write_private(folder / file, text, keep_old=False)
    except (OSError, RuntimeError, WizardError):
        return ""
    return str(folder)
