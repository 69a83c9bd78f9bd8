"""`status`: what is deployed and how it is, on standard output. Asks nobody, changes nothing."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from wizard.answers.model import Source
from wizard.base.offer import offer
from wizard.failures.errors import ExitCode
from wizard.headless.settle import Draft, settle_named
from wizard.status.data import Report
from wizard.status.document import document
from wizard.status.looker import Looker
from wizard.status.report import report
from wizard.status.spent import with_spent
from wizard.status.text import text
from wizard.telling.console import tell

ANY_REGION = "us-east-1"
"""Where one signs in when no region was named and all are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of `status`."""

    as_json: bool = False
    everywhere: bool = False
    cost: bool = False
    """Whether the answer about this month's cost is worth $0.01."""


def status(draft: Draft, wish: Wish) -> ExitCode:
    """Tell how everything is. Raises WizardError for a wrong name, region or profile."""
    if wish.everywhere:
        draft = {**draft, Source.TYPED: {"region": ANY_REGION}}
    place = settle_named(draft)
    named = place.name if any("name" in texts for texts in draft.values()) else ""
    where = f"every region of {offer().label}" if wish.everywhere else place.region
    sys.stderr.write(f"Looking at {named or 'what is deployed'} in {where} …\n")
    looker = Looker()
    found = report(looker, place, name=named, everywhere=wish.everywhere)
    if wish.cost:
        found = with_spent(looker, place, found)
    if found.problem:
        tell(found.problem, sys.stderr)
    if wish.as_json:
        sys.stdout.write(json.dumps(document(found), indent=2, ensure_ascii=False) + "\n")
    elif not found.problem:
        sys.stdout.write(text(found, "--cost asks."))
    return _code(found)


def _code(found: Report) -> ExitCode:
    if found.problem or not found.deployments:
        return ExitCode.NOT_READY
    return ExitCode.OK if all(each.well for each in found.deployments) else ExitCode.FAILED
