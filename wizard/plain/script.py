"""The same set-up as a bash script: read, printed, or saved to be run by hand."""

from __future__ import annotations

import shlex

from wizard.export.bash import script as bash
from wizard.flow import Prepared
from wizard.plain.paging import page
from wizard.plain.saving import save
from wizard.plain.talk import Back, Talk

NAME = "deploy.sh"
KEYS = {
    "": "back to the review",
    "r": "read it, page by page",
    "p": "print it whole, to be copied",
    "s": "save it to a file",
}


def script(talk: Talk, prepared: Prepared) -> None:
    """Offer the script until Enter. Raises WizardError where the plan cannot be one."""
    text = bash(prepared.plan, prepared.answers)
    lines = text.rstrip("\n").split("\n")
    talk.say(f"The same as one bash script of {len(lines)} lines. It holds no secret.")
    while True:
        talk.offer(KEYS)
        try:
            chosen = talk.choose("The script:", KEYS)
        except Back:
            return
        match chosen:
            case "":
                return
            case "r":
                page(talk.terminal, lines)
            case "p":
                talk.terminal.write(text.rstrip("\n"))
            case _:
                saved = save(talk, NAME, text)
                if saved:
                    talk.say("Read it, then run it:")
                    talk.terminal.write(f"bash {shlex.quote(str(saved))}")
