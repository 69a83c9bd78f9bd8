"""`formae-wizard support`: gather what helps somebody else to help."""

from __future__ import annotations

import argparse

from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.verb import Request, Verb


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FILE", default="", help="Save it into this new file, for you alone."
    )
    parser.add_argument(
        "--offline", action="store_true", help="Ask AWS nothing: leave out what the doctor finds."
    )
    parser.add_argument(
        "--keep-names",
        action="store_true",
        help="Leave the names of this machine and of its user, and the home folder, as they are.",
    )


def _run(request: Request) -> ExitCode:
    from wizard.support.command import support

    given = request.arguments
    return support(
        request.draft,
        request.passwords,
        output=given.output,
        offline=given.offline,
        names=given.keep_names,
    )


VERB = Verb(
    name="support",
    help="gather what helps somebody else to help; sends nothing",
    description="Gather versions, tools, answers, plan, what the doctor finds, and log and journal "
    "of the last run, with account numbers, keys, names and passwords hidden. It is shown first, "
    "and saved only with --output or after a yes. It is never sent anywhere.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
