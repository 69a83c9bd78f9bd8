"""What the verbs that ask nobody have in common: `--json`, and what was asked as an order."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.verbs.verb import Request

if TYPE_CHECKING:
    from wizard.edits import Edits
    from wizard.order import Order


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


def edits(request: Request) -> Edits:
    """What `--edits` names. Raises WizardError for what cannot be read."""
    folder = getattr(request.arguments, "edits", None)
    if not folder:
        return {}
    from wizard.console import clean
    from wizard.editsfolder import read_edits

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
    from wizard.clock import Clock
    from wizard.jsonlines import Lines

    with Lines(arguments.verb, sys.stdout, Clock()).ending():
        yield


def order(request: Request) -> Order:
    """What was asked."""
    from wizard.order import Order

    with unread(request.arguments):
        edited = edits(request)
    return Order(
        draft=request.draft,
        passwords=request.passwords,
        edits=edited,
        as_json=getattr(request.arguments, "as_lines", False),
    )
