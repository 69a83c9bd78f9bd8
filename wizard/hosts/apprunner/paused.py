"""A service that somebody paused, to save money perhaps: resumed where that is agreed to."""

from __future__ import annotations

from typing import Any

from wizard.base.values import Found
from wizard.plan.model import Call, Refusal, RestoreSpec
from wizard.plan.resources.cluster import EFFECT, OTHERWISE
from wizard.plan.resources.common import Site


def paused(site: Site, name: str) -> dict[str, Any]:
    """What the step of the service called `name` says of one that is paused.

    By whom, is plain where another host has parts of the deployment: the agent is being moved.
    """
    if not (site.answers.wake or site.inputs.others):
        return {"refusals": (paused_service(name, site.answers.region),)}
    resume = Call(
        service="apprunner",
        operation="ResumeService",
        params={"ServiceArn": Found("ServiceArn")},
    )
    wake = RestoreSpec(
        when="Status=='PAUSED'", state="paused", then="resumed", calls=(resume,), effect=EFFECT
    )
    return {"refusals": (), "restore": wake}


def paused_service(name: str, region: str) -> Refusal:
    """A paused service, on which App Runner changes nothing."""
    arn = f"ServiceSummaryList[?ServiceName=='{name}'].ServiceArn"
    listed = f'aws apprunner list-services --region {region} --output text --query "{arn}"'
    return Refusal(
        "Service.Status=='PAUSED'",
        f"The service {name} is paused, and App Runner cannot change a paused service.",
        f"{OTHERWISE}`aws apprunner resume-service --region {region} --service-arn ARN`, with the "
        f"ARN from `{listed}`.",
        "wake",
    )
