"""What is deployed, as numbered lines: look at one, change it, remove it, or make one more."""

from __future__ import annotations

from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.offer import offer
from wizard.engine.status.data import DeploymentState, Report
from wizard.ui.common.deployments import brief, choose
from wizard.ui.common.who import place_of
from wizard.ui.plain.account import sign_in
from wizard.ui.plain.dialogs import ask_name
from wizard.ui.plain.removal import remove, rotate
from wizard.ui.plain.talk import Back, Talk, patiently

KEYS = {
    "": "back to the first page",
    "n": "create another deployment with a different name",
    "a": "check all regions",
    "r": "refresh",
}
ONE = {
    "": "change it: its answers are read from what is deployed",
    "s": "show its full status",
    "c": "the same, with this month's cost; AWS charges $0.01",
    "p": "new password for its API or its database",
    "x": "remove it; first shows what is removed and what stays",
}


def deployments(talk: Talk) -> None:
    """Say what there is, and do with it what the person wants."""
    everywhere, found = False, None
    while True:
        found = found or _looked(talk, everywhere=everywhere)
        if found is None:
            return
        talk.offer(KEYS, "that deployment")
        try:
            chosen = talk.choose("Which one?", KEYS, len(found.deployments))
        except Back:
            return
        match chosen:
            case "":
                return
            case "n":
                ask_name(talk)
                return
            case "a" | "r":
                everywhere, found = everywhere or chosen == "a", None
            case number:
                if _one(talk, found.deployments[int(number) - 1]):
                    return
                found = None


def _looked(talk: Talk, *, everywhere: bool) -> Report | None:
    """What there is, said; None where nobody may look."""
    where = f"all {offer().label} regions" if everywhere else talk.session.place[1]
    place = talk.session.likely
    try:
        found = patiently(
            talk,
            f"Checking what is deployed in {where}.",
            lambda: _report(talk, place, everywhere=everywhere),
        )
    except WizardError as problem:
        talk.terminal.problem(problem)
        return None
    if found.problem:
        talk.terminal.problem(found.problem)
        return None
    for number, state in enumerate(found.deployments, 1):
        talk.say(f"  {number}. {brief(state).words}.", "   ")
    if not found.deployments:
        talk.say(f"No deployments in {where}.")
    for gap in found.gaps:
        talk.say(gap.words)
    return found


def _report(talk: Talk, place: Answers, **wanted: Any) -> Report:
    from wizard.engine.status.look import Looker  # boto3
    from wizard.engine.status.report import report

    return report(Looker(demo=talk.session.demo), place, **wanted)


def _spent(place: Answers, known: Report) -> Report:
    from wizard.engine.status.look import Looker  # boto3
    from wizard.engine.status.spent import with_spent

    return with_spent(Looker(), place, known)


def _one(talk: Talk, state: DeploymentState) -> bool:
    """Do something with one; whether it goes on at the first page."""
    place = place_of(talk.session, state.name, state.region)
    while True:
        keys = {key: what for key, what in ONE.items() if not (state.demo and key == "c")}
        talk.offer(keys)
        try:
            chosen = talk.choose(f"What do you want to do with {state.name}?", keys)
        except Back:
            return False
        if chosen in {"s", "c"}:
            say_status(talk, place, cost=chosen == "c")
        elif chosen == "p":
            rotate(talk, place)
        elif chosen == "x":
            remove(talk, place)
            return False
        else:
            _change(talk, place)
            return True


def _change(talk: Talk, place: Answers) -> None:
    before = talk.session.place
    choose(talk.session, place.name, place.region)
    if talk.session.place != before:
        sign_in(talk)


def say_status(talk: Talk, place: Answers, *, cost: bool = False) -> None:
    """How one deployment is: what `formae-wizard status` tells; with `cost`, `status --cost`."""
    doing = f"Checking {place.name} in {place.region}."

    def look() -> Report:
        found = _report(talk, place, name=place.name)
        return _spent(place, found) if cost else found

    try:
        found = patiently(talk, doing, look)
    except WizardError as problem:
        talk.terminal.problem(problem)
        return
    if found.problem:
        talk.terminal.problem(found.problem)
    else:
        from wizard.ui.common.status_text import text

        talk.terminal.write(text(found, "Type c.").rstrip("\n"))
