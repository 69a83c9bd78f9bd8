"""What the person asked for at the command line, and what a command is."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.answers.resolving import PREFIX
from wizard.base.errors import ExitCode, WizardError
from wizard.base.secret import Secret

# A command's module loads what it works with only when it is run.
if TYPE_CHECKING:
    from wizard.cli.json_lines import Lines
    from wizard.documents.edits import Edits
    from wizard.engine.flow import Flow
    from wizard.journal import PastRun


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    arguments: argparse.Namespace
    draft: dict[Source, dict[str, str]]
    """What flags, environment and files answer, as text."""
    passwords: dict[str, Secret] = field(default_factory=dict, repr=False)
    """Passwords the person gave, by name ("api")."""
    demo: bool = False
    edits: Edits = field(default_factory=dict)
    """Documents edited by hand, as texts by their names."""
    resumed: PastRun | None = None
    """The run that is gone on with, where the person asked for that."""

    @property
    def as_json(self) -> bool:
        """Whether JSON lines are wanted on standard output."""
        return bool(getattr(self.arguments, "as_lines", False))

    @property
    def take_over(self) -> bool:
        """Whether the place of another run that is at work on the deployment is taken."""
        return bool(getattr(self.arguments, "take_over", False))

    @property
    def accepted(self) -> tuple[str, ...]:
        """What somebody changed and stays as it is: answers, fields, or `all`."""
        return tuple(getattr(self.arguments, "accept", ()))

    @property
    def answers_file(self) -> str:
        """The file of answers that was named; empty where none was, or standard input."""
        named = getattr(self.arguments, "answers", None) or os.environ.get(PREFIX + "ANSWERS", "")
        return "" if named == "-" else named

    def flow(self) -> Flow:
        """The way through of one command."""
        from wizard.engine.flow import Flow

        return Flow(self.passwords, take_over=self.take_over, remembers=True, demo=self.demo)

    def lines(self, verb: str) -> Lines:
        """The JSON lines on standard output; where they are not wanted, a writer of nothing."""
        from wizard.cli.json_lines import Lines
        from wizard.engine.flow import pace
        from wizard.local.clock import Clock

        stream = sys.stdout if self.as_json else None
        return Lines(verb, stream, Clock(pace()), demo=self.demo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb: how it is described, its own flags, and what it does.

    `run` raises WizardError for what it tells the person instead of doing it.
    """

    name: str
    help: str
    description: str
    epilog: str
    add: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Request], ExitCode]
    answers: bool = True
    """Whether it takes the flags of the questions."""


def resolved(request: Request) -> Request:
    """With the answers of the run that `--resume` means, and the documents that `--edits` names.

    Raises WizardError for what cannot be read, or where there is no run to go on with.
    """
    with unread(request.arguments):
        request = _resumed(request)
        folder = request.resumed.edits if request.resumed else ""
        return replace(request, edits=edits(request, folder))


def _resumed(request: Request) -> Request:
    given = request.arguments
    if not getattr(given, "resume", False):
        return request
    other = "--plan" if getattr(given, "plan", "") else "--answers"
    if other == "--plan" or Source.FILE in request.draft:
        raise WizardError(
            f"--resume and {other} both select the answers to use.",
            "",
            "Leave one of them out.",
            ExitCode.USAGE,
        )
    from wizard.engine.resume import demanded

    found = demanded(request.draft, request.passwords)
    return replace(request, draft=found.draft(request.draft), resumed=found.run)


def edits(request: Request, folder: str = "") -> Edits:
    """What `--edits` names, or the folder. Raises WizardError for what cannot be read."""
    folder = getattr(request.arguments, "edits", None) or folder
    if not folder:
        return {}
    from wizard.base.text import clean
    from wizard.engine.edits_import import read_edits

    found = read_edits(folder)
    if found.others:
        others = clean(", ".join(found.others))
        print(
            f"Not used from {folder}, because no document has this name: {others}", file=sys.stderr
        )
    return found


@contextlib.contextmanager
def unread(arguments: argparse.Namespace) -> Iterator[None]:
    """Within it, what cannot be read of what was given also ends the JSON lines, if wanted."""
    if not getattr(arguments, "as_lines", False):
        yield
        return
    from wizard.cli.json_lines import Lines
    from wizard.local.clock import Clock

    with Lines(arguments.verb, sys.stdout, Clock()).ending():
        yield
