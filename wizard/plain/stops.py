"""All that can be asked, in its order: each stop counts or not, by the answers so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from wizard.guided import sizes
from wizard.guided.overview import TOGETHER
from wizard.guided.session import Session
from wizard.guided.words import EXCERPTS
from wizard.plain.account import ask_profile, ask_region
from wizard.plain.database import ask_cluster, ask_secret, try_out
from wizard.plain.money import say_difference
from wizard.plain.naming import ask_name
from wizard.plain.permissions import ask_policies
from wizard.plain.protection import ask_password
from wizard.plain.questions import ask
from wizard.plain.sizing import ask_size
from wizard.plain.talk import Back, Talk
from wizard.questions import QUESTIONS, Group, question


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to be asked. `row` is the line of the overview that it belongs to."""

    group: Group
    row: str
    ask: Callable[[Talk], None]
    counts: Callable[[Session], bool]


def _of(key: str) -> Stop:
    """The stop of one question of the catalogue."""
    each = question(key)
    row = next((row for row, others in TOGETHER.items() if key in others), key)
    own = OWN.get(key, partial(ask, question=each))
    counts = _by_hand if key in {"cpu", "memory"} else lambda session: session.asked(each)
    return Stop(each.group, row, own, counts)


def _by_hand(session: Session) -> bool:
    return sizes.chosen(session) == sizes.CUSTOM


def _protected(session: Session) -> bool:
    return bool(session.collected.values["protect"])


def _to_be_tried(session: Session) -> bool:
    return bool(session.account) and session.worth_trying


def _always(_: Session) -> bool:
    return True


OWN: dict[str, Callable[[Talk], None]] = {
    "profile": ask_profile,
    "region": ask_region,
    "cluster_arn": ask_cluster,
    "cluster_secret_arn": ask_secret,
    "policy_arns": ask_policies,
    "name": ask_name,
}
"""Questions for which AWS or this machine has something to choose from."""
BEFORE = {"cpu": Stop(Group.SIZING, "cpu", ask_size, _always)}
AFTER = {
    "enable_data_api": Stop(Group.DATABASE, "access", try_out, _to_be_tried),
    "protect": Stop(Group.PROTECTION, "protect", ask_password, _protected),
}
"""What is asked beside the catalogue."""


def _all() -> list[Stop]:
    stops: list[Stop] = []
    for each in sorted(QUESTIONS, key=lambda each: list(Group).index(each.group)):
        found = (BEFORE.get(each.key), _of(each.key), AFTER.get(each.key))
        stops += [stop for stop in found if stop]
    return stops


STOPS = _all()
FOLLOWED_BY = {
    "database": ("cluster_arn", "cluster_secret_arn", "enable_data_api", "access"),
    "cluster_arn": ("cluster_secret_arn", "enable_data_api", "access"),
    "cluster_secret_arn": ("access",),
    "enable_data_api": ("access",),
    "scope": ("services", "policy_arns", "policy_file"),
    "protect": ("api_user",),
}
"""Rows whose change asks for the answers of others."""


def stops_of(row: str) -> list[Stop]:
    """What is asked when a row of the overview is to be changed."""
    rows = {row, *FOLLOWED_BY.get(row, ())}
    return [stop for stop in STOPS if stop.row in rows]


def walk(talk: Talk, stops: Sequence[Stop], *, headed: bool = False) -> bool:
    """Ask stop after stop, as far as they count; False for who went back before the first.

    `headed` says each topic's name and what it is about.
    """
    asked: list[int] = []
    at, group = 0, None
    while at < len(stops):
        stop = stops[at]
        if not stop.counts(talk.session):
            at += 1
            continue
        if headed and stop.group is not group:
            talk.say(f"\n{stop.group.value}. {EXCERPTS[stop.group]}")
            group = stop.group
        before = talk.session.costs
        try:
            stop.ask(talk)
        except Back:
            if not asked:
                return False
            at = asked.pop()
            continue
        say_difference(talk, before)
        asked.append(at)
        at += 1
    return True


def lead(talk: Talk) -> bool:
    """Ask everything, topic by topic; False for who went back before the first question."""
    gate = _Gate()
    first = [stop for stop in STOPS if stop.group is not Group.ADVANCED]
    rest = [
        replace(stop, counts=partial(gate.lets, stop))
        for stop in STOPS
        if stop.group is Group.ADVANCED
    ]
    between = Stop(Group.ADVANCED, "", gate.ask, _always)
    return walk(talk, [*first, between, *rest], headed=True)


class _Gate:
    """Before the questions most people never need to look at."""

    def __init__(self) -> None:
        self._open = False

    def ask(self, talk: Talk) -> None:
        """Whether they are to be asked."""
        keys = {"": "leave them as they are", "yes": "ask them", "no": "leave them as they are"}
        prompt = "Names, versions, and what is written here: be asked one by one? (yes or no) [no]:"
        self._open = talk.choose(prompt, keys) == "yes"

    def lets(self, stop: Stop, session: Session) -> bool:
        """Whether a stop behind it is asked."""
        return self._open and stop.counts(session)
