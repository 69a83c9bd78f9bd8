"""`formae-wizard completion SHELL`: what makes the Tab key work, and what it offers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any

from wizard.answers.questions import QUESTIONS, Question, QuestionKind
from wizard.answers.questions.lists import Listing, QuestionContext
from wizard.base.errors import ExitCode
from wizard.cli.request import Command, Request
from wizard.local.process import data_out
from wizard.local.profiles import profiles

SHELLS = ("bash", "zsh", "fish")

EPILOG = """\
To load it in every new shell, add one line to the shell's startup file:

  bash  ~/.bashrc                    eval "$(formae-wizard completion bash)"
  zsh   ~/.zshrc, after compinit     eval "$(formae-wizard completion zsh)"
  fish  ~/.config/fish/config.fish   formae-wizard completion fish | source
"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="Your shell.")


def _run(request: Request) -> ExitCode:
    from argcomplete.shell_integration import shellcode

    data_out().write(shellcode(["formae-wizard"], shell=request.arguments.shell) + "\n")
    return ExitCode.OK


COMMAND = Command(
    name="completion",
    help="print a completion script for bash, zsh or fish",
    description="Print a script for your shell, so that Tab completes verbs, options and their "
    "values, including your AWS profiles.",
    epilog=EPILOG,
    add=_add,
    run=_run,
    answers=False,
)


FILES = frozenset({"FILE", "FILE|DIR/", "FOLDER", "DIR"})
"""Metavars of options that take a path."""


def offer(parser: argparse.ArgumentParser) -> None:
    """Give every option of the parser and of its verbs what Tab shall offer for it."""
    from argcomplete.completers import FilesCompleter, SuppressCompleter

    offers = {question.key: _of(question) for question in QUESTIONS}
    for action in _actions(parser):
        if action.option_strings and action.nargs != 0 and not action.choices:
            paths = FilesCompleter() if action.metavar in FILES else SuppressCompleter()
            action.completer = offers.get(action.dest) or paths  # type: ignore[attr-defined]


def _actions(parser: argparse.ArgumentParser) -> Iterable[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from _actions(verb)


def _of(question: Question) -> Callable[..., Iterable[str]] | None:
    """Offers for one question; None where nothing can be known."""
    choices = [choice.value for choice in question.choices]
    source = question.choices_from
    if source and source.asks is None:
        return lambda **_: _named(source)
    if question.kind is QuestionKind.YES_NO:
        return lambda **_: ["yes", "no"]
    if question.kind is QuestionKind.MANY and choices:
        return lambda prefix, **_: _further(prefix, choices)
    if choices:
        return lambda **_: choices
    return None


def _named(source: Listing) -> list[str]:
    """What this machine has, where it has a name."""
    offers = source.listed(QuestionContext(values={}, profiles=profiles())).offers
    return [each.value for each in offers if each.value]


def _further(prefix: str, choices: list[str]) -> list[str]:
    """One more value after the last comma, none that is there already."""
    before, comma, _ = prefix.rpartition(",")
    given = set(before.split(","))
    return [before + comma + each for each in choices if each not in given]


def complete(parser: argparse.ArgumentParser, **options: Any) -> None:
    """Answer the shell and end, where it is the shell that asks (_ARGCOMPLETE is set)."""
    from argcomplete import autocomplete

    offer(parser)
    autocomplete(parser, always_complete_options="long", **options)
