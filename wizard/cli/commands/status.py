"""`formae-wizard status`: what is deployed and how it is, as text or as one JSON document.

Asks nobody and changes nothing. Members of the document never change their meaning in one version.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wizard.answers.model import Source
from wizard.base.errors import ExitCode
from wizard.base.offer import labels
from wizard.cli.options import EPILOG
from wizard.cli.request import Command, Request
from wizard.local.process import data_out

if TYPE_CHECKING:
    from wizard.costs import Estimate
    from wizard.engine.account.asking import Unreadable
    from wizard.engine.drift import Drift
    from wizard.engine.status.data import (
        Agent,
        Database,
        DeploymentState,
        Figure,
        Reply,
        Report,
        Spent,
    )
    from wizard.journal.lock import Claim

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
    from wizard.engine.resolve_answers import resolve_named
    from wizard.engine.status.look import Looker
    from wizard.engine.status.report import report, with_spent
    from wizard.ui.common.console import tell
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


DOCUMENT_VERSION = 1
"""Members are added within one, never changed or taken away."""


def document(report: Report) -> dict[str, Any]:
    """Everything, as JSON can say it; what is not known is null. Words of AWS's are verbatim."""
    from wizard.base.events import problem_members
    from wizard.ui.common.status_text import Shown

    who = report.identity
    made = {
        "version": DOCUMENT_VERSION,
        "identity": who and {"account": who.account, "arn": who.arn, "alias": who.alias or None},
        "problem": report.problem and problem_members(report.problem),
        "versions": {"cli": report.machine.cli or None, "newest": report.machine.newest},
        "regions": list(report.regions),
        "deployments": [_deployment(each) for each in report.deployments],
        "spent": report.spent and _spent(report.spent),
        "elsewhere": dict(report.remarks),
        "gaps": _gaps(report.gaps),
    }
    shown: dict[str, Any] = Shown(report.secrets).value(made)
    return shown


def _deployment(state: DeploymentState) -> dict[str, Any]:
    service = state.service
    return {
        "name": state.name,
        "region": state.region,
        "ours": state.ours,
        "well": state.well,
        "parts": [
            {"kind": each.kind, "name": each.name, "arn": each.arn, "status": each.status or None}
            for each in state.parts
        ],
        "service": service
        and {
            "arn": service.arn,
            "status": service.status,
            "url": service.url or None,
            "image": service.image,
            "cpu": service.cpu,
            "memory": service.memory,
            "created": service.created,
            "updated": service.updated,
            "callers": None if service.callers is None else list(service.callers),
        },
        "run": state.claim and _claim(state.claim),
        "image": state.image
        and {
            "digest": state.image.digest,
            "pushed": state.image.pushed or None,
            "another": state.other_image or None,
        },
        "operations": [
            {
                "type": each.type,
                "status": each.status,
                "started": each.started,
                "ended": each.ended or None,
            }
            for each in state.operations
        ],
        "versions": {"deployed": state.version or None, "answers": state.agent.version or None},
        "health": _reply(state.agent.health),
        "authentication": _authentication(state.agent, protected=state.protected),
        "database": state.database and _database(state.database),
        "datastore": state.datastore or None,
        "log": [{"at": each.at, "text": each.text} for each in state.logs],
        "kept": list(state.theirs),
        "edited": list(state.edited),
        "drift": None if state.drift is None else [_drift(each) for each in state.drift],
        "costs": state.estimate and _costs(state.estimate),
        "gaps": _gaps(state.gaps),
    }


def _drift(drift: Drift) -> dict[str, str]:
    return {
        "what": drift.what,
        "wanted": drift.chosen,
        "now": drift.now,
        "then": drift.then,
        "field": drift.name,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "verb": claim.verb,
        "user": claim.user,
        "host": claim.host,
        "process": claim.pid,
        "since": claim.since.isoformat(),
        "heard_of": claim.seen.isoformat(),
        "stale": claim.stale(datetime.now(UTC)),
    }


def _authentication(agent: Agent, *, protected: bool | None) -> dict[str, Any]:
    return {
        "wanted": protected,
        "open": None if agent.strangers.status is None else agent.open,
        "strangers": _reply(agent.strangers),
        "owner": _reply(agent.owner),
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {"status": reply.status, "reason": reply.reason or None}


def _database(found: Database) -> dict[str, Any]:
    return {
        "cluster": found.cluster,
        "own": found.own,
        "status": found.status,
        "engine_version": found.engine_version,
        "min_capacity": found.least,
        "max_capacity": found.most,
        "internet_gateway": found.gateway,
        "capacity": _figure(found.capacity),
        "bytes_used": _figure(found.volume),
        "instances": [
            {"name": each.name, "status": each.status, "class": each.kind}
            for each in found.instances
        ],
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    return {"value": figure.value, "at": figure.at} if figure else None


def _costs(estimate: Estimate) -> dict[str, Any]:
    return {
        "currency": "USD",
        "idle": float(estimate.idle),
        "busy": float(estimate.busy),
        "about": estimate.about,
        "as_of": estimate.prices.as_of.isoformat(),
    }


def _spent(spent: Spent) -> dict[str, Any]:
    return {
        "currency": spent.unit,
        "total": float(spent.total),
        "services": {name: float(cost) for name, cost in spent.services.items()},
        "begin": spent.begin,
        "end": spent.end,
        "regions": list(spent.regions),
        "tagged_only": spent.own,
    }


def _gaps(gaps: tuple[Unreadable, ...]) -> list[dict[str, str]]:
    return [{"what": gap.what, "why": gap.why} for gap in gaps]
