"""What AWS is asked in the background about the answers as they are.

No key waits for it: questions go out once nobody types for a moment, and every answer is kept under
what it was asked for, so that one that comes late is never taken for another's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from screens.background import in_background
from wizard.ui.common.queries import Asked
from wizard.ui.common.session import Session, missing

if TYPE_CHECKING:
    from screens.app import WizardApp

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
