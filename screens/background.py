"""Work beside and after drawing: no key ever waits for AWS, and no picture for a calculation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from textual.dom import DOMNode
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


def after_refresh(node: DOMNode, do: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Call `do` once `node` has been drawn; nothing happens where it has gone by then.

    Textual's own `call_after_refresh` still calls when a screen has been taken down and what is
    looked for in it is gone.
    """

    def unless_gone() -> object:
        return do(*args, **kwargs) if node.is_attached and node.display else None

    node.call_after_refresh(unless_gone)
