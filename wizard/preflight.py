"""What must be right before the first change: asked all at once, none of it changes anything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from wizard.answers import Answers
from wizard.errors import AwsError, ExitCode, WizardError
from wizard.plan.model import Plan
from wizard.problems import explain
from wizard.readings.survey import Finding, Verdict, problems, survey
from wizard.tools import Tools

ZONES = 2
"""Aurora places a cluster in at least two availability zones."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `problem` is None when it is fine."""

    name: str
    problem: WizardError | None


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything that was looked at, and what is there of the plan."""

    checks: tuple[Check, ...]
    findings: dict[str, Finding]

    @property
    def problems(self) -> list[WizardError]:
        """What stands in the way; empty when the run may begin."""
        return [check.problem for check in self.checks if check.problem]


@dataclass(frozen=True, slots=True)
class _Look:
    """Something to look at, unless the step it is for has nothing left to do."""

    name: str
    step: str
    ask: Callable[[], WizardError | None]


def preflight(
    plan: Plan, answers: Answers, tools: Tools, engine_problem: Callable[[], WizardError | None]
) -> Preflight:
    """Look at everything the run will need. Never raises: what is wrong is in the result."""
    looks = [
        _Look("App Runner is open to the account", "", lambda: _app_runner(tools)),
        _Look("Docker engine", "image", engine_problem),
    ]
    if answers.new_database:
        looks.append(_Look("Default VPC with two zones", "cluster", lambda: _network(tools)))
    with ThreadPoolExecutor(len(looks) + 1, thread_name_prefix="preflight") as pool:
        there = pool.submit(_survey, plan, tools)
        ends = [pool.submit(_safely, look.ask) for look in looks]
        findings, trouble = there.result()
        seen = [_check(look, end.result(), findings) for look, end in zip(looks, ends, strict=True)]
    told = {id(check.problem) for check in seen}
    more = [Check("What is there already", each) for each in trouble if id(each) not in told]
    return Preflight((*seen, *more), findings)


def _check(look: _Look, problem: WizardError | None, findings: dict[str, Finding]) -> Check:
    finding = findings.get(look.step)
    needless = finding is not None and finding.verdict is Verdict.KEEP
    return Check(look.name, None if needless else problem)


def _survey(plan: Plan, tools: Tools) -> tuple[dict[str, Finding], list[WizardError]]:
    try:
        findings = survey(plan, tools)
    except WizardError as problem:
        return {}, [problem]
    return findings, list(problems(findings))


def _safely(look: Callable[[], WizardError | None]) -> WizardError | None:
    try:
        return look()
    except WizardError as problem:
        return problem


def _app_runner(tools: Tools) -> WizardError | None:
    try:
        tools.call("apprunner", "ListServices", {"MaxResults": 1})
    except AwsError as error:
        return explain(error, "Asking App Runner")
    return None


def _network(tools: Tools) -> WizardError | None:
    try:
        vpcs = tools.call(
            "ec2", "DescribeVpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
        )["Vpcs"]
        subnets = tools.call(
            "ec2", "DescribeSubnets", {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
        )["Subnets"]
    except AwsError as error:
        return explain(error, "Looking for the default VPC")
    zones = {subnet["AvailabilityZone"] for subnet in subnets}
    if vpcs and len(zones) >= ZONES:
        return None
    what = "There is no default VPC" if not vpcs else "The default VPC has too few subnets"
    return WizardError(
        f"{what} in this region.",
        "Aurora places a new cluster in the default VPC, in at least two availability zones.",
        "Make it with `aws ec2 create-default-vpc`, choose another region, or use an existing "
        "cluster.",
        ExitCode.NOT_READY,
    )
