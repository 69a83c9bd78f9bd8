"""The question catalogue as command-line flags and environment variables, and the answers file."""

from __future__ import annotations

import argparse
import os
import sys

from wizard.answers.environment import PREFIX, from_environment, with_file
from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS, Detected, Group, Kind, Question
from wizard.answers.resolving import Texts
from wizard.base.errors import ExitCode, WizardError


def add_flags(parser: argparse.ArgumentParser) -> None:
    """One flag for every question, grouped as the screens are."""
    for group in Group:
        section = parser.add_argument_group(group.value)
        for question in (each for each in QUESTIONS if each.group is group):
            section.add_argument(
                question.flag,
                dest=question.key,
                metavar=_metavar(question),
                help=_help(question),
            )


def _metavar(question: Question) -> str:
    if question.kind is Kind.YES_NO:
        return "yes|no"
    if question.kind is Kind.CHOICE and question.closed:
        return "|".join(choice.value for choice in question.choices)
    return question.metavar or question.key.upper()


def _help(question: Question) -> str:
    text = f"{question.ask}. {question.why}"
    if question.kind is Kind.MANY and question.choices:
        text += " One or more of: " + ", ".join(choice.value for choice in question.choices) + "."
    default, reason = question.default({}, Detected())
    if default:
        text += f" Default: {default} ({reason})."
    return text.replace("%", "%%")


def draft_of(arguments: argparse.Namespace) -> dict[Source, dict[str, str]]:
    """What the command line, the environment and the answers file say, as text, by question.

    Raises WizardError for an answers file that cannot be used.
    """
    said = {
        question: getattr(arguments, question.key)
        for question in QUESTIONS
        if getattr(arguments, question.key, None) is not None
    }
    flags = {question.key: text for question, text in said.items()}
    draft: dict[Source, dict[str, str]] = {
        Source.FLAG: Texts(flags, {question.key: question.flag for question in said}),
        Source.ENVIRONMENT: from_environment(os.environ),
    }
    file = _file(arguments)
    return with_file(draft, file) if file is not None else draft


def _file(arguments: argparse.Namespace) -> Texts | None:
    """The answers file that was named, read; None where none was."""
    name = getattr(arguments, "answers", None) or os.environ.get(PREFIX + "ANSWERS")
    if not name:
        return None
    from wizard.answers.file import load

    if name == "-" and getattr(arguments, "api_password_file", None) == "-":
        raise WizardError(
            "--answers and --api-password-file are both to be read from standard input.",
            "It can be read only once.",
            "Give one of them as a file.",
            ExitCode.USAGE,
        )
    loaded = load(name)
    if loaded.complaints:
        raise WizardError(
            "\n".join(loaded.problems()),
            fix="`formae-wizard answers` prints a file with every question explained; "
            "`formae-wizard answers --check FILE` looks whether one can be used.",
            code=ExitCode.USAGE,
        )
    for note in loaded.notes:
        sys.stderr.write(f"{note}\n")
    return loaded.answers()
