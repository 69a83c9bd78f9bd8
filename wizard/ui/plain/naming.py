"""The deployment's name: AWS is asked whether it is free, and what is there may be taken over."""

from __future__ import annotations

from wizard.answers.model import Source
from wizard.answers.questions import Group, question
from wizard.base.errors import WizardError
from wizard.engine.account.name_conflicts import Taken
from wizard.ui.common.lookups import TAKEN
from wizard.ui.plain.account import look_around
from wizard.ui.plain.questions import ask
from wizard.ui.plain.talk import Talk


def ask_name(talk: Talk) -> None:
    """A name that is free, that the wizard's own things carry, or whose things are taken over."""
    session = talk.session
    while not _clashes(talk) or not _taken_over(talk):
        before = session.draft[Source.TYPED].get("name")
        ask(talk, question("name"))
        look_around(talk)
        _say_found(talk)
        if not _clashes(talk) or _taken_over(talk):
            return
        if session.draft[Source.TYPED].get("name") != before:
            session.type("name", before)


def _clashes(talk: Talk) -> bool:
    """Whether somebody else's things carry the name."""
    found = talk.session.seen(TAKEN)
    wrong = "name" in talk.session.problems(Group.ADVANCED)
    return wrong and isinstance(found, Taken) and bool(found.foreign)


def _taken_over(talk: Talk) -> bool:
    """Ask whether to take over what carries the name."""
    ask(talk, question("adopt"))
    return bool(talk.session.collected.values["adopt"])


def _say_found(talk: Talk) -> None:
    match talk.session.seen(TAKEN):
        case Taken() as found:
            talk.say(found.words)
        case WizardError() as problem:
            talk.say(f"Whether it is free could not be seen: {problem.what}")
        case None:
            pass
