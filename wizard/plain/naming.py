"""The deployment's name: AWS is asked whether it is free."""

from __future__ import annotations

from wizard.answers import Source
from wizard.errors import WizardError
from wizard.plain.account import look_around
from wizard.plain.questions import ask
from wizard.plain.talk import Talk
from wizard.questions import question
from wizard.taken import Taken


def ask_name(talk: Talk) -> None:
    """A name whose AWS names are free, or the wizard's own already."""
    typed = talk.session.draft[Source.TYPED]
    while True:
        before = typed.get("name")
        ask(talk, question("name"))
        look_around(talk)
        match talk.session.taken.get(talk.session.name_key):
            case Taken() as taken:
                talk.say(taken.words)
                if not taken.foreign:
                    return
                if typed.get("name") != before:
                    talk.session.type("name", before)
            case WizardError() as problem:
                talk.say(f"Whether it is free could not be seen: {problem.what}")
                return
            case None:
                return
