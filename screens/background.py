"""Slow work beside the screens, so that no key ever waits for AWS."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from textual.message_pump import MessagePump

from wizard.base.errors import WizardError
from wizard.local.crash import problem as crash

Result = TypeVar("Result")


def in_background(
    pump: MessagePump, work: Callable[[], Result], done: Callable[[Result | WizardError], object]
) -> None:
    """Do `work` in a thread; then `pump` calls `done` with its result, or with what went wrong.

    The threads are daemons, unlike Textual's own workers, so that leaving the program never waits
    for a network that does not answer. When `pump` is gone by then, nothing happens.
    """

    def run() -> None:
        result: Result | WizardError
        try:
            result = work()
        except WizardError as problem:
            result = problem
        except Exception as mistake:  # told to the person, so that no screen waits forever
            result = crash(mistake)
        pump.call_later(done, result)

    threading.Thread(target=run, name="background", daemon=True).start()
