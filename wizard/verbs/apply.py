"""`formae-wizard apply`: set up, or change what differs, without the screens."""

from __future__ import annotations

import argparse

from wizard.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.verb import Request, Verb


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="Do not ask for confirmation before the first change."
    )


def _run(request: Request) -> ExitCode:
    from wizard.headless import apply

    yes = request.demo or request.arguments.yes
    return apply(request.draft, request.passwords, yes=yes)


VERB = Verb(
    name="apply",
    help="set up without the screens",
    description="Set everything up without the screens: progress on stderr, the result on "
    "stdout. Run again, it finds what is there and changes only what differs.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
