"""A saved plan against the account as it is now: what moved since."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.engine.diff import LATER, Action
from wizard.engine.plan_file import SavedChange, SavedPlan, fingerprints, saved_changes
from wizard.engine.plan_report import Foreseen

ABSENT = "not in the plan"
SAID_BEFORE = {
    "known once what it refers to is made": LATER,
    "taken away": "removed",
    "a tag you do not name any more": "a tag you no longer list",
    "no more permissions than chosen": "no more permissions than you chose",
    "the config the service was deployed with": "the service's deployed config",
    "the record of the policies attached": "the record of attached policies",
    "the record of what was chosen": "the record of your answers",
    "what the agent itself may do": "the base policy",
    "what the agent may manage": "the agent policy",
    "who may take on the role": "the trust policy",
}
"""Today's words, by those in plans that earlier versions saved."""


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
    then = {_key(each): _as_said_now(each) for each in plan.rows}
    now = {_key(each): _as_said_now(each) for each in saved_changes(foreseen)}
    found = [
        Move((now.get(key) or then[key])["title"], _words(then.get(key)), _words(now.get(key)))
        for key in dict.fromkeys((*then, *now))
        if not _planned(then.get(key), now.get(key))
    ]
    return found + _documents(plan, foreseen)


def _key(change: SavedChange) -> tuple[str, str]:
    """The step, and what of it the change is about; a step's title may be another by now."""
    return change["step"], change["title"].partition(": ")[2]


def _as_said_now(change: SavedChange) -> SavedChange:
    told = [[SAID_BEFORE.get(each, each) for each in words] for words in change["differs"]]
    return {**change, "differs": told}


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
        Move(name, _standing(plan.documents.get(name)), _standing(now.get(name), "different text"))
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
