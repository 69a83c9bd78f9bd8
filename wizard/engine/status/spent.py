"""What AWS has counted since the first of the month: one question to Cost Explorer.

AWS takes $0.01 for it, so it is asked only where somebody wants to know. It is grouped by service
and by our tag at once: where the tag is activated as one for cost allocation, what carries it is
told alone; where it is not, all costs come without it, and those of the account's same services
are told instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.offer import offers
from wizard.catalogue import explain
from wizard.engine.account.asking import Unreadable
from wizard.engine.flow import Flow
from wizard.engine.status.data import Report, Spent
from wizard.plan.world import World

SERVICES = {
    **{each.billed_as: each.label for each in offers()},
    "Amazon Relational Database Service": "Aurora",
    "Amazon EC2 Container Registry (ECR)": "ECR",
    "AWS Secrets Manager": "Secrets Manager",
    "AmazonCloudWatch": "CloudWatch",
}
"""What a deployment costs money in, as Cost Explorer calls it, and as we do."""
USD = "USD"
METRIC = "UnblendedCost"
OURS = f"{TAG_KEY}${TAG_VALUE}"
"""How a group of our tag is called."""
REGION = "us-east-1"
"""The one endpoint for every region that a host is in."""
WHAT = "The cost so far this month"


def with_spent(flow: Flow, place: Answers, report: Report) -> Report:
    """The report with what its regions have cost. Never raises for what AWS refuses.

    Nothing is asked where nothing is deployed.
    """
    regions = {each.region for each in report.deployments}
    if not regions:
        return report
    gaps = tuple(gap for gap in report.gaps if gap.what != WHAT)
    try:
        world = flow.world(replace(place, region=REGION))
        found = _asked(world, sorted(regions), datetime.now(UTC).date())
    except AwsError as error:
        told = explain(error, WHAT)
        return replace(report, gaps=(*gaps, Unreadable(WHAT, f"{told.why} {told.fix}".strip())))
    except WizardError as problem:
        return replace(report, gaps=(*gaps, Unreadable(WHAT, str(problem))))
    return replace(report, spent=found, gaps=gaps)


def _asked(world: World, regions: Collection[str], today: date) -> Spent:
    begin, end = today.replace(day=1), today + timedelta(days=1)
    params: dict[str, Any] = {
        "TimePeriod": {"Start": begin.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [METRIC],
        "Filter": {"And": [_one_of("SERVICE", SERVICES), _one_of("REGION", regions)]},
        "GroupBy": [
            {"Type": "DIMENSION", "Key": "SERVICE"},
            {"Type": "TAG", "Key": TAG_KEY},
        ],
    }
    groups = list(_groups(world, params))
    own = any(tag == OURS for _, tag, _ in groups)
    wanted = [(service, metric) for service, tag, metric in groups if tag == OURS or not own]
    costs: dict[str, Decimal] = {}
    for service, metric in wanted:
        name = SERVICES.get(service, service)
        costs[name] = costs.get(name, Decimal(0)) + Decimal(metric["Amount"])
    return Spent(
        begin=begin.isoformat(),
        end=end.isoformat(),
        regions=tuple(regions),
        services=dict(sorted(costs.items(), key=lambda each: -each[1])),
        unit=wanted[0][1].get("Unit", USD) if wanted else USD,
        own=own,
    )


def _one_of(key: str, values: Collection[str]) -> Mapping[str, Any]:
    return {"Dimensions": {"Key": key, "Values": list(values)}}


def _groups(world: World, params: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Service, tag and metric of each group, of every page."""
    page: Mapping[str, str] = {}
    while True:
        answer = world.call("ce", "GetCostAndUsage", {**params, **page})
        for period in answer.get("ResultsByTime", []):
            for group in period.get("Groups", []):
                service, tag = group["Keys"]
                yield service, tag, group["Metrics"][METRIC]
        if not answer.get("NextPageToken"):
            return
        page = {"NextPageToken": answer["NextPageToken"]}
