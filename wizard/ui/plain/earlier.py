"""A run that did not come to its end, as a question at the beginning of the conversation."""

from __future__ import annotations

from wizard.base.errors import WizardError
from wizard.journal.lock import Occupied
from wizard.plan.extent import Choices
from wizard.ui.common.earlier import (
    FORGET,
    GO_ON,
    LATER,
    LOOK,
    Earlier,
    earlier,
    forget,
    in_the_way,
    take_up,
)
from wizard.ui.common.who import place_of
from wizard.ui.plain.account import sign_in
from wizard.ui.plain.removal import remove
from wizard.ui.plain.talk import Back, Talk

KEYS = {
    LATER: ("", "not now"),
    GO_ON: ("g", "go on with its answers"),
    LOOK: ("l", "look at what exists: the checks and the review"),
    FORGET: ("f", "forget it"),
}


def ask_about_earlier(talk: Talk) -> str:
    """What shall become of the last run that was left unfinished: GO_ON, LOOK, or else LATER."""
    found = earlier(talk.session)
    chosen = _chosen(talk, found) if found else LATER
    if found and chosen == FORGET:
        forget(found)
    if found and found.removal and chosen == GO_ON:
        _remove(talk, found, found.removal)
        return LATER
    if found and chosen in {GO_ON, LOOK}:
        return _taken_up(talk, found, chosen)
    return LATER


def _chosen(talk: Talk, found: Earlier) -> str:
    talk.say()
    talk.say(found.headline)
    for sentence in found.sentences:
        talk.say(sentence)
    keys = dict(KEYS[each] for each in found.choices)
    if found.removal:
        keys[KEYS[GO_ON][0]] = "go on with it; shows first what is left"
    talk.offer(keys)
    try:
        typed = talk.choose("What shall become of it?", keys)
    except Back:
        return LATER
    return next(each for each in found.choices if KEYS[each][0] == typed)


def _remove(talk: Talk, found: Earlier, choices: Choices) -> None:
    reason = in_the_way(talk.session, found)
    if reason:
        talk.say(reason)
        return
    remove(talk, place_of(talk.session, found.run.name, found.run.region), choices)


def _taken_up(talk: Talk, found: Earlier, chosen: str) -> str:
    """Fill in its answers; LATER where something is in the way of going on with it."""
    place = talk.session.place
    trouble = take_up(talk.session, found)
    if trouble:
        talk.say(trouble)
    if talk.session.place != place:
        sign_in(talk)
    reason = in_the_way(talk.session, found)
    if reason:
        talk.say(reason)
        return LATER
    return LOOK if trouble else chosen


def taken_over(talk: Talk, problem: WizardError) -> bool:
    """Whether the person takes the place of the run that is at work; then it is begun again."""
    if not isinstance(problem, Occupied) or not problem.removable:
        return False
    sure = talk.sure("Is that run gone for good, and shall this one take its place?")
    talk.session.flow.take_over = sure
    return sure
