"""What AWS is asked in the background about the answers as they are.

No key waits for it: questions go out once nobody types for a moment, and every answer is kept under
what it was asked for, so that one that comes late is never taken for another's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from screens.background import in_background
from wizard.guided.looks import Look, wanted
from wizard.guided.session import Session

if TYPE_CHECKING:
    from screens.app import WizardApp

DEBOUNCE = 0.4
"""Seconds without a key before AWS is asked about what was typed."""


class Lookout:
    """Asks what is wanted and not known yet, each once."""

    def __init__(self, app: WizardApp, session: Session) -> None:
        self._app = app
        self._session = session
        self._under_way: set[tuple[int, Hashable]] = set()
        self._waiting: set[tuple[int, Hashable]] = set()
        self._timer: Timer | None = None

    def tend(self) -> None:
        """The session changed: ask soon for what is missing."""
        missing = {look.name for look in self._missing()}
        if missing == self._waiting:
            return
        self._waiting = missing
        if self._timer:
            self._timer.stop()
        if missing:
            self._timer = self._app.set_timer(DEBOUNCE, self._ask)

    def _missing(self) -> Iterator[Look]:
        for look in wanted(self._session):
            if look.key not in look.kept and look.name not in self._under_way:
                yield look

    def _ask(self) -> None:
        self._waiting = set()
        for look in list(self._missing()):
            self._under_way.add(look.name)
            in_background(self._app, look.ask, partial(self._found, look))

    def _found(self, look: Look, found: object) -> None:
        self._under_way.discard(look.name)
        look.kept[look.key] = found
        self._session.recollect()
        self._app.show_session()
