"""Another password in plain lines: which one, what will be done, the run, and what works then."""

from __future__ import annotations

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.engine.rotate.run import Rotation, Wish, prepare
from wizard.engine.rotate_job import rotate_job
from wizard.local.process import Terminated
from wizard.ui.common.rotation_preview import preview
from wizard.ui.plain.running import follow
from wizard.ui.plain.talk import Back, Talk
from wizard.ui.plain.waiting import patiently

WISHES = {
    "": ("leave them as they are", Wish()),
    "a": ("the API's, which the formae CLI sends", Wish(api=True)),
    "d": ("the database's, with which the agent signs in", Wish(database=True)),
    "b": ("both", Wish(api=True, database=True)),
}


def rotate(talk: Talk, place: Answers) -> None:
    """Ask which, show, do, and say which password works then."""
    keys = {key: words for key, (words, _) in WISHES.items()}
    talk.offer(keys)
    try:
        _, wish = WISHES[talk.choose("Which password shall be another?", keys)]
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
    doing = f"Looking at the passwords of {place.name} in {place.region}."
    rotation = patiently(talk, doing, lambda: prepare(flow, place, wish))
    if rotation.nothing:
        talk.say("Nothing to do: that is the API's password already.")
    elif _agreed(talk, rotation):
        _done(talk, rotation, wish)
    else:
        talk.say("Nothing was changed.")


def _agreed(talk: Talk, rotation: Rotation) -> bool:
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
    if not followed.end.outcome.ok:
        talk.say(f"Go on from here, or do it again: {job.resume_command}")
    if followed.left:
        raise Terminated(followed.code or ExitCode.INTERRUPTED)
