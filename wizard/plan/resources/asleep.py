"""A cluster that somebody stopped, to save money perhaps: started where that is agreed to."""

from __future__ import annotations

from typing import Any

from wizard.base.values import Found
from wizard.plan.model import Call, Refusal, Revival
from wizard.plan.resources.cluster import DEAD_ENDS
from wizard.plan.resources.common import Site

OTHERWISE = "Let the wizard do it (formae-wizard apply --wake yes), or do it yourself: "
EFFECT = "It takes some minutes, and costs what a running one does."


def usable(site: Site, name: str, *more: Refusal) -> dict[str, Any]:
    """What the step of a cluster says of one that takes no connections, after the refusals `more`.

    One that is stopped is started where the person agreed.
    """
    states = " || ".join(f"Status=='{state}'" for state in sorted(DEAD_ENDS - {"stopped"}))
    dead = Refusal(
        states,
        f"The cluster {name} is in a state in which it takes no connections.",
        "See it in the RDS console: wait if it is being stopped or deleted, and run this again.",
    )
    if not site.answers.wake:
        return {"refusals": (*more, _stopped(name, site.answers.region), dead)}
    params = {"DBClusterIdentifier": Found("DBClusterIdentifier")}
    wake = Revival(
        when="Status=='stopped'",
        moving="Status=='starting'",
        state="stopped",
        then="started",
        calls=(Call(service="rds", operation="StartDBCluster", params=params),),
        effect=EFFECT,
        every=10,
        limit=1800,
    )
    return {"refusals": (*more, dead), "revival": wake}


def _stopped(name: str, region: str) -> Refusal:
    return Refusal(
        "Status=='stopped'",
        f"The cluster {name} is stopped. Someone stopped it; AWS starts it after seven days.",
        f"{OTHERWISE}`aws rds start-db-cluster --db-cluster-identifier {name} --region {region}`.",
        "wake",
    )
