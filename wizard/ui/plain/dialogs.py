"""The API password: typed unseen, twice, for the run only; or generated."""

from __future__ import annotations

from wizard.answers import checks
from wizard.base.secret import Secret
from wizard.ui.common.words import PROTECTED_BY
from wizard.ui.plain.questions import RESET
from wizard.ui.plain.talk import BACK, HELP, Back, Talk


def ask_password(talk: Talk) -> None:
    """Take a password, or have one generated. Raises Back for <."""
    session = talk.session
    talk.say()
    talk.say(f"Password. {PROTECTED_BY} Nothing of what you type here is shown.")
    while True:
        kept = "your own" if session.password else "generated"
        typed = talk.terminal.secret(f"Password [{kept}]:")
        match typed.reveal():
            case "":
                return
            case _ if typed.reveal() == BACK:
                raise Back
            case _ if typed.reveal() == HELP:
                talk.say(f"At least 12 characters, typed twice. {RESET} alone has one generated.")
            case _ if typed.reveal() == RESET:
                session.type_password(None)
                return
            case _ if _will_do(talk, typed):
                session.type_password(typed.taken())
                talk.say("The password is taken, for this run only.")
                return
            case _:
                continue


def _will_do(talk: Talk, typed: Secret) -> bool:
    problem = checks.api_password(typed.reveal())
    if problem:
        talk.say(f"Not taken. {problem}")
        return False
    if talk.terminal.secret("The same once more:") != typed:
        talk.say("Not taken: the two were not the same.")
        return False
    return True
