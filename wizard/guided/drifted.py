"""What somebody changed since, row by row: left as it is now, or put back as it was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.answers import Source
from wizard.questions import question

if TYPE_CHECKING:
    from wizard.deployed import Drift
    from wizard.guided.session import Session

UNKNOWN = frozenset({"policy_arns", "scope"})
"""Answers of which the record keeps too little to put them back by a key."""


def drifts(session: Session, keys: Sequence[str] = ()) -> list[Drift]:
    """What somebody changed of these answers; of all, where none are named."""
    there = session.deployment
    found = there.drift if there else ()
    return [each for each in found if not keys or each.key in keys]


def can_go_back(drift: Drift) -> bool:
    """Whether the record says all that is needed."""
    if drift.key in UNKNOWN:
        return False
    try:
        question(drift.key).parse(drift.chosen)
    except ValueError:
        return False
    return True


def goes_back(session: Session, drift: Drift) -> bool:
    """Whether the answer is as it was chosen once, so that a run puts it back."""
    typed = session.draft[Source.TYPED].get(drift.key)
    return typed is not None and typed == drift.chosen


def turn(session: Session, drift: Drift) -> None:
    """Put it back; or, where that is wanted already, leave it as it is now."""
    session.type(drift.key, None if goes_back(session, drift) else drift.chosen)


def fate(session: Session, drift: Drift) -> str:
    """What somebody did, and what becomes of it now, in two sentences."""
    given = session.collected.given[drift.key]
    if goes_back(session, drift):
        becomes = "It is put back."
    elif given.source is Source.DEPLOYED:
        becomes = "It stays as it is now."
    else:
        becomes = f"It becomes what you say: {session.text(drift.key)}."
    return f"Changed since: chosen {drift.chosen}, now {drift.now}. {becomes}"


def deployed_words(session: Session, keys: Sequence[str]) -> str:
    """What is deployed of these answers, where something else is wanted now; otherwise empty."""
    there = session.deployment
    if there is None:
        return ""
    found = [
        there.answers[key]
        for key in keys
        if key in there.answers and not _same(session, key, there.answers[key])
    ]
    return ", ".join(each or "none" for each in found)


def _same(session: Session, key: str, text: str) -> bool:
    try:
        return bool(question(key).parse(text) == session.collected.values[key])
    except ValueError:
        return False
