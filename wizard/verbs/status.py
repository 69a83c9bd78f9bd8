"""`formae-wizard status`: what is deployed and how it is."""

from __future__ import annotations

import argparse

from wizard.base.offer import offer
from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.verb import Request, Verb

CODES = """\
Exit code 0 means that every agent answers and refuses strangers (or is open because its config
says so, which is told), 1 that one does not, 3 that nothing is deployed there or nobody is
signed in.

"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all-regions",
        action="store_true",
        help=f"Look in every region that {offer().label} is in, at once.",
    )
    parser.add_argument(
        "--cost",
        action="store_true",
        help="Ask Cost Explorer, too, what AWS has counted since the first of the month. AWS takes "
        "$0.01 for the answer, so without this it is not asked.",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='Print one JSON document: {"version":1,"deployments":[…],…}.',
    )


def _run(request: Request) -> ExitCode:
    from wizard.status.command import Wish, status

    given = request.arguments
    wish = Wish(as_json=given.json, everywhere=given.all_regions, cost=given.cost)
    return status(request.draft, wish)


VERB = Verb(
    name="status",
    help="tell what is deployed and how it is; changes nothing",
    description="Tell what is deployed in --region, found in the account and not by local files: "
    "whether the agent answers and refuses strangers, versions, AWS's own words for service and "
    "database, what differs from what was chosen, costs and the last log lines. Without --name "
    "every deployment is told. Of the questions below only name, region and profile count. Only "
    "reads, asks nothing, and waits for nothing long.",
    epilog=CODES + EPILOG,
    add=_add,
    run=_run,
)
