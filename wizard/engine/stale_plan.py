"""A saved plan against the account as it is now: what moved since."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.engine.diff import LATER, Action
from wizard.engine.plan_file import SavedChange, SavedPlan, fingerprints, saved_changes
from wizard.engine.plan_report import Foreseen

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
    then = {(each["step"], each["title"]): each for each in plan.rows}
    now = {(each["step"], each["title"]): each for each in saved_changes(foreseen)}
    found = [
        Move(key[1], _words(then.get(key)), _words(now.get(key)))
        for key in dict.fromkeys((*then, *now))
        if not _planned(then.get(key), now.get(key))
    ]
    return found + _documents(plan, foreseen)


def _planned(then: SavedChange | None, now: SavedChange | None) -> bool:
    if then is None:
        return False
    if now is None or now["change"] in {Action.KEEP, Action.RUN}:
        return then["change"].changes or (now is not None and then["change"] is now["change"])
    if then["change"] is not now["change"]:
        return False
    later = {what for what, _, _, want, _ in then["differs"] if want == LATER}
    return all(each in then["differs"] or each[0] in later for each in now["differs"])


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


def _words(change: SavedChange | None) -> str:
    if change is None:
        return ABSENT
    action = change["change"]
    words = action.label.replace("will", "to") if action.changes else action.tally
    if action is not Action.UPDATE:
        return words
    told = (f"{path or what}: {have} → {want}" for what, path, have, want, _ in change["differs"])
    return f"{words} ({'; '.join(told)})"
