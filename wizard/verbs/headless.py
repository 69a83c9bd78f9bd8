"""What the verbs that ask nobody have in common: `--json`, and what was asked as an order."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wizard.verbs.verb import Request

if TYPE_CHECKING:
    from wizard.edits import Edits
    from wizard.order import Order


def add_json(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--json",
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


def order(request: Request) -> Order:
    """What was asked."""
    from wizard.order import Order

    return Order(
        draft=request.draft,
        passwords=request.passwords,
        edits=edits(request),
        as_json=getattr(request.arguments, "json", False),
    )
