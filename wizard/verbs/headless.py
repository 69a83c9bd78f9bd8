"""What the verbs that ask nobody have in common: `--json`, and what was asked as an order."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from wizard.verbs.verb import Request

if TYPE_CHECKING:
    from wizard.headless import Order


def add_json(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="Write one JSON object a line on standard output, as assets/events.schema.json says.",
    )


def order(request: Request) -> Order:
    """What was asked."""
    from wizard.headless import Order

    return Order(
        draft=request.draft,
        passwords=request.passwords,
        as_json=getattr(request.arguments, "json", False),
    )
