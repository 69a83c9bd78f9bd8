"""The status of everything: who is signed in, what is deployed where, and what it has cost.

AWS takes $0.01 for the costs, so they are asked only where somebody wants to know, grouped by
service and by our tag at once: where the tag is activated as one for cost allocation, what carries
it is told alone; where it is not, all costs come without it, and those of the account's same
services are told instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import DEFAULT_NAME, TAG_KEY, TAG_VALUE
from wizard.base.offer import all_regions, offers
from wizard.catalogue import explain
from wizard.engine.account.asking import LIMIT, Unreadable
from wizard.engine.account.deployments import Deployment, Found, deployments
from wizard.engine.flow import Flow
from wizard.engine.resolve_answers import demand_account
from wizard.engine.status.data import DeploymentState, Machine, Report, Spent
from wizard.engine.status.look import DEPLOYMENT_LIMIT, look
from wizard.engine.status.look import Told as StateTold
from wizard.local.formae.client import describe
from wizard.local.image.names import newest
from wizard.plan.world import World

ROLES = "The roles"
"""What a gap calls them."""

CLOSED = 4
"""From so many gaps on nothing can be told of a region: an organisation may have closed it."""

Told = Callable[[Report], None]
"""Hears what is known so far; from several threads, one at a time."""


def unheard(_: Report) -> None:
    """Hear of no deployment: for those who wait for the whole report."""


def report(
    flow: Flow,
    place: Answers,
    *,
    name: str = "",
    everywhere: bool = False,
    told: Told = unheard,
) -> Report:
    """Look at the region of `place`, or at every one that a host is in.

    With a `name`, only at the deployment called so. Read calls only. Never raises for what AWS or
    the agent refuse. `told` hears of each deployment as it becomes known.
    """
    regions = all_regions() if everywhere else (place.region,)
    empty = Report(machine=_machine(), regions=regions, name=name)
    try:
        identity = flow.sign_in(place.profile, place.region)
        demand_account(place.account, identity.account)
    except WizardError as problem:
        return replace(empty, problem=problem)
    found, gaps = _found(flow, place, regions)
    wanted = [each for each in found if name in {"", each.name}]
    there = [each for each in wanted if each.in_region]
    growing = _Growing(replace(empty, identity=identity), told)
    states, secrets, late = _looked(flow, place, identity.account, there, growing.add)
    return replace(
        empty,
        identity=identity,
        deployments=states,
        gaps=(*dict.fromkeys((*gaps, *late)),),
        remarks=_remarks(wanted, {each.name for each in there}),
        secrets=secrets,
    )


class _Growing:
    """The report while its deployments are looked at."""

    def __init__(self, empty: Report, told: Told) -> None:
        self._empty = empty
        self._told = told
        self._states: dict[tuple[str, str], DeploymentState] = {}
        self._telling = threading.Lock()

    def add(self, state: DeploymentState) -> None:
        """Tell how this one is, beside the others."""
        with self._telling:
            self._states[state.region, state.name] = state
            states = tuple(self._states[key] for key in sorted(self._states))
            self._told(replace(self._empty, deployments=states))


def _machine() -> Machine:
    known = newest()
    try:
        cli = describe(DEFAULT_NAME).version
    except WizardError:
        cli = ""
    return Machine(cli=cli, newest=known.version, newest_by=known.source)


def _found(
    flow: Flow, place: Answers, regions: Sequence[str]
) -> tuple[list[Deployment], list[Unreadable]]:
    def one(region: str) -> Found:
        try:
            call = flow.snapshot(place.profile, region).call
        except WizardError as problem:
            return Found((), (Unreadable(f"The region {region}", str(problem)),))
        return deployments(call, region)

    asks = {region: partial(one, region) for region in regions}
    seen = fan_out(asks, limit=LIMIT, most=4)
    gaps = [
        gap
        for region, found in seen.items()
        for gap in (_of_region(region, found.gaps) if len(regions) > 1 else found.gaps)
    ]
    gaps += [
        Unreadable(f"The region {region}", f"It took longer than {LIMIT:g} seconds.")
        for region in regions
        if region not in seen
    ]
    return [each for found in seen.values() for each in found.deployments], gaps


def _of_region(region: str, gaps: Sequence[Unreadable]) -> list[Unreadable]:
    """One for a region of which nothing is told; roles are the same in each."""
    if len(gaps) >= CLOSED:
        return [replace(gaps[0], what=f"The resources in {region}")]
    return [
        gap if gap.what == ROLES else replace(gap, what=f"{gap.what} in {region}") for gap in gaps
    ]


def _looked(
    flow: Flow, place: Answers, account: str, there: Sequence[Deployment], told: StateTold
) -> tuple[tuple[DeploymentState, ...], frozenset[str], list[Unreadable]]:
    looks = {
        (each.region, each.name): partial(
            look, flow, replace(place, region=each.region, name=each.name), account, each, told
        )
        for each in there
    }
    seen = fan_out(looks, limit=DEPLOYMENT_LIMIT + 5, most=4)
    late = [
        Unreadable(f"The deployment {name} in {region}", "It took too long.")
        for region, name in looks
        if (region, name) not in seen
    ]
    secrets = frozenset(secret for _, read in seen.values() for secret in read)
    return tuple(state for state, _ in seen.values()), secrets, late


def _remarks(wanted: Sequence[Deployment], there: set[str]) -> dict[str, str]:
    """Roles of which there is nothing else: IAM has no regions."""
    return {
        each.name: ", ".join(part.name for part in each.parts)
        for each in wanted
        if each.name not in there
    }


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
