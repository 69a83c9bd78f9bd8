"""What is deployed, as numbered lines: look at one, change it, remove it, rotate its passwords."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import labels
from wizard.engine.destroy import Leaving
from wizard.engine.destroy.destroy_text import DATA_WORDS, before, chooses_data, in_the_way
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import held, leaving, protected, protection
from wizard.engine.job import Job
from wizard.engine.rotation import Rotation, Wish, prepare, rotate_job
from wizard.engine.status.data import DeploymentState, Report
from wizard.local.process import Terminated
from wizard.plan.inputs import Choices, Data
from wizard.ui.common.deployments import brief, choose, forget
from wizard.ui.common.plan_text import rotation_preview
from wizard.ui.common.who import place_of
from wizard.ui.plain.account import sign_in
from wizard.ui.plain.questions import ask_name
from wizard.ui.plain.running import follow
from wizard.ui.plain.talk import Back, Talk, patiently

DATA_KEYS = dict(zip(("", "k", "d"), DATA_WORDS, strict=True))


def remove(talk: Talk, place: Answers, choices: Choices | None = None) -> None:
    """Show, ask, remove, and say how it ended. Whatever was made of it is then asked anew.

    `choices` are those of a removal that is gone on with: what becomes of the data is known.
    """
    try:
        job = _agreed(talk, place, choices)
        if job is None:
            talk.say("Nothing was removed.")
            return
        _run(talk, job)
    except WizardError as problem:
        talk.terminal.problem(problem, "It was not removed. ")
    forget(talk.session)


def _agreed(talk: Talk, place: Answers, choices: Choices | None) -> Job | None:
    """What was agreed to, by its name; None for a no."""
    found = _shown(talk, place, choices or Choices())
    try:
        found = found if choices else _asked(talk, place, found)
    except Back:
        return None
    if found.nothing_left or held(found):
        talk.say(in_the_way(found, "", agreed=True))
        return None
    agreed = protected(found) and talk.sure(f"{protection(found)}. Remove the protection?")
    if protected(found) and not agreed:
        return None
    typed = talk.terminal.line(f"Type the deployment's name ({place.name}) to remove it:").strip()
    reason = in_the_way(found, typed, agreed=agreed)
    if reason:
        talk.say(reason)
        return None
    return destroy_job(talk.session.flow, found, place, agreed=agreed)


def _shown(talk: Talk, place: Answers, choices: Choices) -> Leaving:
    doing = f"Checking what exists of {place.name} in {place.region}."
    found = patiently(talk, doing, lambda: leaving(talk.session.flow, place, choices))
    for line in before(found, demo=talk.session.demo):
        talk.say(line, " " * (len(line) - len(line.lstrip()) + 2))
    return found


def _asked(talk: Talk, place: Answers, found: Leaving) -> Leaving:
    """What becomes of the database; another choice is shown anew. Raises Back for <."""
    if not chooses_data(found, found.choices):
        return found
    keys = {key: DATA_WORDS[data] for key, data in DATA_KEYS.items()}
    talk.offer(keys)
    data: Data = DATA_KEYS[talk.choose("What do you want to do with its database?", keys)]
    if data is found.choices.data:
        return found
    return _shown(talk, place, replace(found.choices, data=data))


def _run(talk: Talk, job: Job) -> None:
    flow, followed = talk.session.flow, follow(talk, job)
    talk.say()
    for line in followed.end.lines:
        talk.say(line)
    if flow.log:
        talk.say(f"Log: {flow.log.path}" if flow.log.path else flow.log.problem)
    if followed.left:
        raise Terminated(followed.code or ExitCode.INTERRUPTED)


WISHES = {
    "": ("keep them", Wish()),
    "a": ("the API password, which the formae CLI uses", Wish(api=True)),
    "d": ("the database password, which the agent uses", Wish(database=True)),
    "b": ("both", Wish(api=True, database=True)),
}


def rotate(talk: Talk, place: Answers) -> None:
    """Ask which, show, do, and say which password works then."""
    keys = {key: words for key, (words, _) in WISHES.items()}
    talk.offer(keys)
    try:
        _, wish = WISHES[talk.choose("Which password do you want to rotate?", keys)]
    except Back:
        return
    if wish == Wish():
        return
    try:
        _rotate(talk, place, wish)
    except WizardError as problem:
        talk.terminal.problem(problem)


def _rotate(talk: Talk, place: Answers, wish: Wish) -> None:
    flow = talk.session.flow
    doing = f"Checking the passwords of {place.name} in {place.region}."
    rotation = patiently(talk, doing, lambda: prepare(flow, place, wish))
    if rotation.nothing:
        talk.say("Nothing to do: this is already the API password.")
    elif _rotation_agreed(talk, rotation):
        _done(talk, rotation, wish)
    else:
        talk.say("Nothing was changed.")


def _rotation_agreed(talk: Talk, rotation: Rotation) -> bool:
    for line in rotation_preview(rotation):
        talk.say(line, " " * (len(line) - len(line.lstrip()) + 2))
    for problem in rotation.problems:
        talk.terminal.problem(problem)
    for warning in rotation.warnings:
        talk.say(f"Warning: {warning.what} {warning.why}")
    return not rotation.problems and talk.sure("Go ahead?")


def _done(talk: Talk, rotation: Rotation, wish: Wish) -> None:
    job = rotate_job(talk.session.flow, rotation, wish)
    followed = follow(talk, job)
    for sentence in (*followed.end.summary.lines, *followed.end.summary.notes):
        talk.say(sentence)
    if followed.end.go_on:
        talk.say(f"Resume, or do it again: {job.resume_command}")
    if followed.left:
        raise Terminated(followed.code or ExitCode.INTERRUPTED)


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
    where = f"all {labels()} regions" if everywhere else talk.session.place[1]
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
    from wizard.engine.status.report import with_spent

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
