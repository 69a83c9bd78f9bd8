"""The command that goes on from here: the same answers, without a secret."""

from __future__ import annotations

import shlex

from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS, Question

FOUND_AGAIN = frozenset({Source.DEFAULT, Source.DEPLOYED})
"""Answers that nobody has to give for a later run to have them."""


def resume_command(answers: Answers, *, own_password: bool = False, edits: str = "") -> str:
    """`formae-wizard apply` with every answer that the next run would not find, quoted for a shell.

    With `own_password` the place is named where the API's password is to be given again; `edits` is
    the folder of the documents that were edited by hand.
    """
    words = ["formae-wizard", "apply", "--yes"]
    for question in QUESTIONS:
        if _told(question, answers):
            words += _said(question.flag, written(answers.values[question.key]))
    words += _said("--edits", edits) if edits else []
    command = shlex.join(words)
    return f"{command} --api-password-file FILE" if own_password else command


def destroy_command(answers: Answers, flags: tuple[str, ...]) -> str:
    """`formae-wizard destroy` of the same deployment, with these flags of its own."""
    return shlex.join(["formae-wizard", "destroy", "--yes", *_which(answers), *flags])


def undo_command(answers: Answers) -> str:
    """What takes back what the set-up made so far; it shows that first, and asks."""
    return shlex.join(["formae-wizard", "destroy", "--only-unfinished", *_which(answers)])


def rotate_command(answers: Answers, flags: tuple[str, ...]) -> str:
    """`formae-wizard rotate` of the same deployment, with these flags of its own."""
    return shlex.join(["formae-wizard", "rotate", "--yes", *_which(answers), *flags])


def _which(answers: Answers) -> list[str]:
    place = ["--name", answers.name, "--region", answers.region]
    return place + (_said("--profile", answers.profile) if answers.profile else [])


def _said(flag: str, text: str) -> list[str]:
    """Flag and text as words; a text that begins like a flag is tied to its own."""
    return [f"{flag}={text}"] if text.startswith("-") else [flag, text]


def _told(question: Question, answers: Answers) -> bool:
    if not question.when(answers.values):
        return False
    given = answers.given.get(question.key)
    return question.always or (given is not None and given.source not in FOUND_AGAIN)
