"""What the verbs that ask nobody have in common: `--json`, and what was asked as an order."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers.flags import PREFIX
from wizard.answers.model import Source
from wizard.failures.errors import ExitCode, WizardError
from wizard.verbs.verb import Request

if TYPE_CHECKING:
    from wizard.documents.edits import Edits
    from wizard.headless.order import Order
    from wizard.runs.goingon import Resumable


def add_json(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--json",
        dest="as_lines",
        action="store_true",
        help="Write one JSON object a line on standard output, as assets/events.schema.json says.",
    )


def add_edits(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--edits",
        metavar="FOLDER",
        help="Use the documents in this folder that you have edited, by their file names, instead "
        "of those that the wizard would make.",
    )


def add_accept(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--accept",
        metavar="FIELD",
        action="append",
        default=[],
        help="Leave this as somebody made it since it was set up, an answer or a field, by the "
        "name that `plan` and `status` tell, and put nothing else in its place; may be given "
        "several times. `all` leaves everything that somebody changed.",
    )


def add_resume(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Go on with the last run on this machine that was interrupted, stopped or failed, "
        "with the answers and edited documents it was started with; --name and --region say which, "
        "where there are several. A flag that is given now wins over its answers.",
    )


def add_take_over(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="Where another machine's run is at work on the deployment, take its place; that run "
        "stops when it notices, within two minutes. Only for a run that you know to be gone: a "
        "process of this machine that is gone needs no such word.",
    )


def resumed(request: Request) -> tuple[Request, Resumable | None]:
    """With the answers of the run that `--resume` means. Raises WizardError where it means none."""
    given = request.arguments
    if not getattr(given, "resume", False):
        return request, None
    other = "--plan" if getattr(given, "plan", "") else "--answers"
    if other == "--plan" or Source.FILE in request.draft:
        raise WizardError(
            f"--resume and {other} both say which answers to use.",
            "",
            "Leave one of them out.",
            ExitCode.USAGE,
        )
    from wizard.runs.goingon import demanded

    found = demanded(request.draft, request.passwords)
    return replace(request, draft=found.draft(request.draft)), found


def edits(request: Request, folder: str = "") -> Edits:
    """What `--edits` names, or the folder. Raises WizardError for what cannot be read."""
    folder = getattr(request.arguments, "edits", None) or folder
    if not folder:
        return {}
    from wizard.runs.editsfolder import read_edits
    from wizard.telling.console import clean

    found = read_edits(folder)
    if found.others:
        others = clean(", ".join(found.others))
        print(f"Not used from {folder}, as no document is called so: {others}", file=sys.stderr)
    return found


@contextlib.contextmanager
def unread(arguments: argparse.Namespace) -> Iterator[None]:
    """Within it, what cannot be read of what was given also ends the JSON lines, if wanted."""
    if not getattr(arguments, "as_lines", False):
        yield
        return
    from wizard.machine.clock import Clock
    from wizard.telling.jsonlines import Lines

    with Lines(arguments.verb, sys.stdout, Clock()).ending():
        yield


def order(request: Request) -> Order:
    """What was asked."""
    from wizard.headless.order import Order

    with unread(request.arguments):
        request, found = resumed(request)
        edited = edits(request, found.run.edits if found else "")
    return Order(
        draft=request.draft,
        passwords=request.passwords,
        edits=edited,
        resumed=found.run if found else None,
        answers_file=_answers_file(request),
        accepted=tuple(getattr(request.arguments, "accept", ())),
        take_over=getattr(request.arguments, "take_over", False),
        as_json=getattr(request.arguments, "as_lines", False),
    )


def _answers_file(request: Request) -> str:
    named = getattr(request.arguments, "answers", None) or os.environ.get(PREFIX + "ANSWERS", "")
    return "" if named == "-" else named
