"""The same set-up as a bash script: read, printed, or saved to be run by hand."""

from __future__ import annotations

import shlex

from wizard.engine.prepared import Prepared
from wizard.export.bash import NOTHING, changes_of
from wizard.export.bash import script as bash
from wizard.ui.plain.paging import page
from wizard.ui.plain.saving import save
from wizard.ui.plain.talk import Back, Talk

NAME, CHANGES_NAME = "deploy.sh", "changes.sh"
WHOLE = {"w": "the script of the whole set-up"}
KEYS = {
    "": "back to the review",
    "r": "read it, page by page",
    "p": "print it whole, to be copied",
    "s": "save it to a file",
}


def script(talk: Talk, prepared: Prepared) -> None:
    """Offer the script until Enter: only the changes, where something is deployed already.

    Raises WizardError where the plan cannot be one.
    """
    if prepared.deployed is None or _changes(talk, prepared) == "w":
        text = bash(prepared.plan, prepared.answers)
        told = f"The same as one bash script of {count(text)} lines. It holds no secret."
        _offer(talk, text, NAME, told, KEYS)


def count(text: str) -> int:
    """Number of lines."""
    return len(text.rstrip("\n").split("\n"))


def _changes(talk: Talk, prepared: Prepared) -> str:
    text = changes_of(prepared)
    told = f"What changes, as one bash script of {count(text)} lines. It holds no secret."
    if text == NOTHING:
        told = "Nothing differs, so there is no change to make."
    return _offer(talk, text, CHANGES_NAME, told, {**KEYS, **WHOLE})


def _offer(talk: Talk, text: str, name: str, told: str, keys: dict[str, str]) -> str:
    """Offer a script until Enter, or until another one is asked for: that key is returned."""
    lines = text.rstrip("\n").split("\n")
    talk.say(told)
    while True:
        talk.offer(keys)
        try:
            chosen = talk.choose("The script:", keys)
        except Back:
            return ""
        match chosen:
            case "" | "w":
                return chosen
            case "r":
                page(talk.terminal, lines)
            case "p":
                talk.terminal.write(text.rstrip("\n"))
            case _:
                saved = save(talk, name, text)
                if saved:
                    talk.say("Read it, then run it:")
                    talk.terminal.write(f"bash {shlex.quote(str(saved))}")
