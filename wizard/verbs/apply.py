"""`formae-wizard apply`: set up, or change what differs, without the screens."""

from __future__ import annotations

import argparse

from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.headless import add_accept, add_edits, add_json, add_resume, add_take_over, order
from wizard.verbs.verb import Request, Verb


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="Do not ask for confirmation before the first change."
    )
    add_edits(parser)
    add_accept(parser)
    parser.add_argument(
        "--plan",
        metavar="FILE",
        default="",
        help="Do what `formae-wizard plan --out FILE` saved, and nothing else: where the account "
        "has moved since, say what moved and change nothing. The answers are the plan's.",
    )
    add_resume(parser)
    add_take_over(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    from wizard.headless.apply import apply

    arguments = request.arguments
    return apply(order(request), yes=request.demo or arguments.yes, saved=arguments.plan)


VERB = Verb(
    name="apply",
    help="set up without the screens",
    description="Set everything up without the screens: progress on stderr, the result on "
    "stdout. Run again, it finds what is there and changes only what differs.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
