"""What AWS is asked in the background about the answers as they are.

No key waits for it: questions go out once nobody types for a moment, and every answer is kept under
what it was asked for, so that one that comes late is never taken for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from screens.background import in_background
from screens.session import Session
from wizard.errors import WizardError

if TYPE_CHECKING:
    from screens.app import WizardApp

DEBOUNCE = 0.4
"""Seconds without a key before AWS is asked about what was typed."""


@dataclass(frozen=True)
class Look:
    """One question: where its answer is kept, under which key, and how it is asked."""

    kept: dict[Any, Any]
    key: Hashable
    ask: Callable[[], object]

    @property
    def name(self) -> tuple[int, Hashable]:
        """Two looks of one name ask the same."""
        return id(self.kept), self.key


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

    def forget_failures(self) -> None:
        """What AWS refused is asked again: the cause may be gone."""
        session = self._session
        stores: tuple[dict[Any, Any], ...] = (
            session.clusters,
            session.secrets,
            session.policies,
            session.taken,
            session.access,
        )
        for kept in stores:
            for key in [key for key, found in kept.items() if isinstance(found, WizardError)]:
                del kept[key]

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
        self._app.show_session()


def wanted(session: Session) -> Iterator[Look]:
    """What the answers as they are give reason to ask."""
    if not session.account:
        return
    flow, place, values = session.flow, session.place, session.collected.values
    name_key = session.name_key
    yield Look(session.prices, place, lambda: flow.prices(*place))
    if not session.collected.problem("name"):
        yield Look(session.taken, name_key, lambda: flow.taken(*place, name_key[-1]))
    if values["scope"] == "policies":
        yield Look(session.policies, place, lambda: flow.policies(*place))
    if values["database"] == "existing":
        yield Look(session.clusters, place, lambda: flow.clusters(*place))
        yield Look(session.secrets, place, lambda: flow.secrets(*place))
        if session.worth_trying:
            yield Look(session.access, session.access_key, lambda: flow.access_problem(values))
