"""What AWS is asked about the answers as they are, and where each of its answers is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from wizard.failures.errors import WizardError
from wizard.guided.session import Session
from wizard.questions import QUESTIONS
from wizard.questions.lists import AwsList


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


def forget_failures(session: Session) -> None:
    """What AWS refused is asked again: the cause may be gone."""
    stores: tuple[dict[Any, Any], ...] = (
        session.clusters,
        session.secrets,
        session.policies,
        session.taken,
        session.deployed,
        session.found,
        session.access,
    )
    for kept in stores:
        for key in [key for key, found in kept.items() if isinstance(found, WizardError)]:
            del kept[key]


def wanted(session: Session) -> Iterator[Look]:
    """What the answers as they are give reason to ask."""
    if not session.account:
        return
    flow, place, values = session.flow, session.place, session.collected.values
    name_key = session.name_key
    yield Look(session.prices, place, lambda: flow.prices(*place))
    yield Look(session.found, place, lambda: flow.deployments(*place))
    if not session.collected.problem("name"):
        yield Look(session.taken, name_key, lambda: flow.taken(*place, name_key[-1]))
        yield Look(session.deployed, name_key, lambda: flow.deployed(*place, name_key[-1]))
    for each in QUESTIONS:
        if each.choices_from and each.choices_from.asks and each.when(values):
            yield _listing(session, each.choices_from.asks)
    if session.worth_trying:
        yield Look(session.access, session.access_key, lambda: flow.access_problem(values))


def _listing(session: Session, asked: AwsList) -> Look:
    """Something that AWS lists for a question."""
    flow, place = session.flow, session.place
    match asked:
        case AwsList.CLUSTERS:
            return Look(session.clusters, place, lambda: flow.clusters(*place))
        case AwsList.SECRETS:
            return Look(session.secrets, place, lambda: flow.secrets(*place))
        case AwsList.POLICIES:
            return Look(session.policies, place, lambda: flow.policies(*place))
