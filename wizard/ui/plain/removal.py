"""Removing a deployment in plain lines: what goes and stays, its name typed, and how it ended.

Another password in plain lines: which one, what will be done, the run, and what works then.
"""

from __future__ import annotations

from dataclasses import replace

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.engine.destroy import Leaving
from wizard.engine.destroy.destroy_text import DATA_WORDS, before
from wizard.engine.destroy.teardown import held, leaving, protected
from wizard.engine.destroy_job import destroy_job
from wizard.engine.job import Job
from wizard.engine.rotate.run import Rotation, Wish, prepare
from wizard.engine.rotate_job import rotate_job
from wizard.local.process import Terminated
from wizard.plan.extent import Choices, Data
from wizard.ui.common.deployments import forget
from wizard.ui.common.removal import chooses_data, in_the_way
from wizard.ui.common.rotation import preview
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
    agreed = protected(found) and talk.sure(
        "The cluster has deletion protection. Remove the protection?"
    )
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
    for line in preview(rotation):
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
