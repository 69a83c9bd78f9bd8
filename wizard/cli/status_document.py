"""What --json prints: one document, whose members never change their meaning in one version."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wizard.base.events import problem_members
from wizard.costs import Estimate
from wizard.engine.account.asking import Unreadable
from wizard.engine.drift import Drift
from wizard.engine.status.data import Agent, Database, DeploymentState, Figure, Reply, Report, Spent
from wizard.journal.lock import Claim
from wizard.ui.common.status_text import Shown

VERSION = 1
"""Members are added within one, never changed or taken away."""


def document(report: Report) -> dict[str, Any]:
    """Everything, as JSON can say it; what is not known is null. Words of AWS's are verbatim."""
    who = report.identity
    made = {
        "version": VERSION,
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
        "run": state.claim and _run(state.claim),
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


def _run(claim: Claim) -> dict[str, Any]:
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
