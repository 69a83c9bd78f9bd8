"""`formae-wizard plan`: what would change and why; changes nothing."""

from __future__ import annotations

import argparse

from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.headless import add_accept, add_edits, add_json, order
from wizard.verbs.verb import Request, Verb

SIGNS = """\
signs:
  +  made      ~  changed    ↻  removed and made again    −  taken away
  =  kept      ▸  asked or proved                         ✗  stands in the way

Exit code 0 means that nothing would change, 4 that something would.

"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--details",
        action="store_true",
        help="Also show every document (as a diff where it changes) and the commands that would "
        "do the same.",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="Ask nothing of AWS, and show everything as if nothing were there yet. Needs no "
        "account and nobody signed in.",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        default="",
        help="Save the plan into this file (for you alone, without a secret), to be done later by "
        "`formae-wizard apply --plan FILE`, which stops where the account has moved since.",
    )
    add_edits(parser)
    add_accept(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    from wizard.headless.foretell import Wish, plan

    arguments = request.arguments
    wish = Wish(details=arguments.details, offline=arguments.offline, out=arguments.out)
    return plan(order(request), wish)


VERB = Verb(
    name="plan",
    help="show what would change and why; changes nothing",
    description="Look at the account and show, step by step, what `apply` with the same answers "
    "would change there: what is made, what differs and how, what that means for what runs, and "
    "what it costs. Only reads.",
    epilog=SIGNS + EPILOG,
    add=_add,
    run=_run,
)
