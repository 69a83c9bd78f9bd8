"""`formae-wizard status`: what is deployed and how it is. Asks nobody, changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.base.errors import ExitCode
from wizard.base.offer import labels
from wizard.cli.options import EPILOG
from wizard.cli.request import Command, Request
from wizard.local.process import data_out
from wizard.ui.common.console import tell

if TYPE_CHECKING:
    from wizard.engine.status.data import Report

CODES = """\
Exit code 0 means that every agent answers and refuses requests without a password (or is
open because its config says so, which is shown), 1 that one does not, 3 that nothing is
deployed there or you are not signed in.

"""
ANY_REGION = "us-east-1"
"""Where one signs in when no region was named and all are looked at."""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all-regions",
        action="store_true",
        help=f"Check all regions that have {labels()}.",
    )
    parser.add_argument(
        "--cost",
        action="store_true",
        help="Also get this month's cost so far from Cost Explorer. AWS charges $0.01 for this.",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='Print one JSON document: {"version":1,"deployments":[…],…}.',
    )


def _run(request: Request) -> ExitCode:
    """Tell how everything is. Raises WizardError for a wrong name, region or profile."""
    from wizard.cli.status_document import document
    from wizard.engine.resolve_answers import resolve_named
    from wizard.engine.status.look import Looker
    from wizard.engine.status.report import report
    from wizard.engine.status.spent import with_spent
    from wizard.ui.common.status_text import text

    draft, wanted = request.draft, request.arguments
    if wanted.all_regions:
        draft = {**draft, Source.TYPED: {"region": ANY_REGION}}
    place = resolve_named(draft)
    named = place.name if any("name" in texts for texts in draft.values()) else ""
    where = f"all {labels()} regions" if wanted.all_regions else place.region
    sys.stderr.write(f"Checking {named or 'all deployments'} in {where} …\n")
    looker = Looker(demo=request.demo)
    found = report(looker, place, name=named, everywhere=wanted.all_regions)
    if wanted.cost:
        found = with_spent(looker, place, found)
    if found.problem:
        tell(found.problem, sys.stderr)
    if wanted.json:
        data_out().write(json.dumps(document(found), indent=2, ensure_ascii=False) + "\n")
    elif not found.problem:
        sys.stdout.write(text(found, "Add --cost."))
    return _code(found)


def _code(found: Report) -> ExitCode:
    if found.problem or not found.deployments:
        return ExitCode.NOT_READY
    return ExitCode.OK if all(each.well for each in found.deployments) else ExitCode.FAILED


COMMAND = Command(
    name="status",
    help="show what is deployed and its status; changes nothing",
    description="Show what is deployed in --region, found in the account and not from local files: "
    "whether the agent answers and refuses requests without a password, versions, "
    "AWS's status of service and database, drift, costs and the last log lines. "
    "Without --name, all deployments are shown. Of the questions below, only name, "
    "region and profile apply. Read-only; asks nothing.",
    epilog=CODES + EPILOG,
    add=_add,
    run=_run,
)
