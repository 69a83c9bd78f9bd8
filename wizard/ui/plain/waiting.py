"""Waiting for something slow: said at its beginning, and again now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from wizard.base.errors import WizardError
from wizard.local.crash import problem as crash
from wizard.ui.common.heartbeat import EVERY
from wizard.ui.plain.talk import Talk

Result = TypeVar("Result")


def patiently(talk: Talk, doing: str, work: Callable[[], Result]) -> Result:
    """The result of `work`; `doing` says what is going on. Raises WizardError.

    It is done in a daemon thread, so that Ctrl-C never waits for a network that does not answer.
    """
    talk.say(doing)
    found: list[Result] = []
    problems: list[WizardError] = []
    over = threading.Event()

    def run() -> None:
        try:
            found.append(work())
        except WizardError as problem:
            problems.append(problem)
        except Exception as mistake:  # told to the person, so that nobody waits forever
            problems.append(crash(mistake))
        over.set()

    threading.Thread(target=run, name="patiently", daemon=True).start()
    while not over.wait(EVERY):
        talk.say("Still waiting for an answer. Ctrl-C leaves.")
    if problems:
        raise problems[0]
    return found[0]
