"""Work beside the drawing: in threads, after the next frame, or by a program with the terminal.

No key waits for AWS: questions go out once nobody types for a moment, and every answer is kept
under what it was asked for, so that one that comes late is never taken for another's.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App, SuspendNotSupported
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.timer import Timer

from wizard.base.errors import WizardError
from wizard.local.process import problem as crash
from wizard.ui.common import editor
from wizard.ui.common.queries import Asked
from wizard.ui.common.session import Session, missing
from wizard.ui.common.who import login, mfa, sign_in

if TYPE_CHECKING:
    from screens.app import WizardApp

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


DEBOUNCE = 0.4
"""Seconds without a key before AWS is asked about what was typed."""


class Lookout:
    """Asks what is wanted and not known yet, each once."""

    def __init__(self, app: WizardApp, session: Session) -> None:
        self._app = app
        self._session = session
        self._under_way: set[Asked] = set()
        self._waiting: list[Asked] = []
        self._timer: Timer | None = None

    def tend(self) -> None:
        """The session changed: ask soon for what is missing."""
        wanted = self._missing()
        if wanted == self._waiting:
            return
        self._waiting = wanted
        if self._timer:
            self._timer.stop()
        if wanted:
            self._timer = self._app.set_timer(DEBOUNCE, self._ask)

    def _missing(self) -> list[Asked]:
        return [each for each in missing(self._session) if each not in self._under_way]

    def _ask(self) -> None:
        self._waiting = []
        for asked in self._missing():
            self._under_way.add(asked)
            ask, found = partial(self._session.ask, asked), partial(self._found, asked)
            in_background(self._app, ask, found)

    def _found(self, asked: Asked, found: object) -> None:
        self._under_way.discard(asked)
        self._session.known[asked] = found
        self._session.recollect()
        self._app.show_session()


def edit(app: App[Any], name: str, text: str) -> str:
    """The text as the person leaves it. Raises WizardError where the editor fails."""
    return editor.edit(name, text, aside(app))


@contextlib.contextmanager
def aside(app: App[Any]) -> Iterator[None]:
    """The terminal belongs to another program meanwhile, where it can be handed over."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(SuspendNotSupported):
            stack.enter_context(app.suspend())
        yield


def renewed(app: App[Any], profile: str) -> None:
    """Sign the profile in anew; what goes wrong is shown, and the run waits on."""
    command = login(profile)
    if not command and not mfa(profile):
        app.notify("This profile has no sign-in command; see the step's note.")
    elif command and (problem := sign_in(command, aside(app))):
        app.notify(str(problem), severity="error", markup=False)
