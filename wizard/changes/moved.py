"""A saved plan against the account as it is now: what moved since."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.changes.foreseen import Foreseen
from wizard.changes.rows import Change
from wizard.changes.saved import Differs, SavedPlan, SavedRow, fingerprints, saved_rows
from wizard.readings.differing import LATER

WORDS = {
    Change.MAKE: "to be made",
    Change.CHANGE: "to be changed",
    Change.REMAKE: "to be removed and made again",
    Change.REMOVE: "to be taken away",
    Change.KEEP: "as wanted",
    Change.DO: "to be asked",
    Change.REFUSE: "in the way",
}
ABSENT = "not in the plan"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that is not as the plan had it."""

    title: str
    then: str
    now: str


def moves(plan: SavedPlan, foreseen: Foreseen) -> list[Move]:
    """What the run would do now that the plan did not say; empty where it does just that.

    What the plan said and is done already is no move: so a run that was stopped goes on.
    """
    then = {(row.step, row.title): row for row in plan.rows}
    now = {(row.step, row.title): row for row in saved_rows(foreseen)}
    found = [
        Move(key[1], _words(then.get(key)), _words(now.get(key)))
        for key in dict.fromkeys((*then, *now))
        if not _planned(then.get(key), now.get(key))
    ]
    return found + _documents(plan, foreseen)


def _planned(then: SavedRow | None, now: SavedRow | None) -> bool:
    if then is None:
        return False
    if now is None or now.change in {Change.KEEP, Change.DO}:
        return then.change.changes or (now is not None and then.change is now.change)
    if then.change is not now.change:
        return False
    later = {each[0] for each in then.differs if each[3] == LATER}
    return all(each in then.differs or each[0] in later for each in now.differs)


def _documents(plan: SavedPlan, foreseen: Foreseen) -> list[Move]:
    now = fingerprints(foreseen)
    names = dict.fromkeys((*plan.documents, *now))
    return [
        Move(name, _standing(plan.documents.get(name)), _standing(now.get(name), "another text"))
        for name in names
        if plan.documents.get(name) != now.get(name)
    ]


def _standing(fingerprint: str | None, words: str = "as reviewed") -> str:
    return words if fingerprint else ABSENT


def _words(row: SavedRow | None) -> str:
    if row is None:
        return ABSENT
    if row.change is not Change.CHANGE:
        return WORDS[row.change]
    return f"{WORDS[row.change]} ({'; '.join(map(_difference, row.differs))})"


def _difference(each: Differs) -> str:
    what, path, have, want, _ = each
    return f"{path or what}: {have} → {want}"
