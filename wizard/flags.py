"""The question catalogue as command-line flags and environment variables."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from wizard.answers import Source
from wizard.questions import QUESTIONS, Detected, Group, Kind, Question

PREFIX = "FORMAE_WIZARD_"


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
    if question.kind is Kind.MANY:
        text += " One or more of: " + ", ".join(choice.value for choice in question.choices) + "."
    default, reason = question.default({}, Detected())
    if default:
        text += f" Default: {default} ({reason})."
    return text.replace("%", "%%")


def draft_of(arguments: argparse.Namespace) -> dict[Source, dict[str, str]]:
    """What the command line and the environment say, as text, by question."""
    flags = {
        question.key: getattr(arguments, question.key)
        for question in QUESTIONS
        if getattr(arguments, question.key, None) is not None
    }
    return {Source.FLAG: flags, Source.ENVIRONMENT: from_environment(os.environ)}


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """FORMAE_WIZARD_<KEY>, then the variables AWS's own tools know."""
    found: dict[str, str] = {}
    for question in QUESTIONS:
        names = (PREFIX + question.key.upper(), *question.environment)
        value = next((environment[name] for name in names if environment.get(name)), None)
        if value is not None:
            found[question.key] = value
    return found
