"""What must be right before the first change: asked all at once, none of it changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from wizard.answers import Answers
from wizard.errors import AwsError, ExitCode, WizardError
from wizard.plan.model import Plan
from wizard.problems import APP_RUNNER_CLOSED, explain
from wizard.readings.survey import Finding, problems, survey
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


def preflight(
    plan: Plan, answers: Answers, tools: Tools, engine_problem: Callable[[], WizardError | None]
) -> Preflight:
    """Look at everything the run will need. Never raises: what is wrong is in the result."""
    looks: dict[str, Callable[[], WizardError | None]] = {
        "App Runner is open to the account": lambda: _app_runner(tools),
        "Docker engine": engine_problem,
    }
    if answers.new_database:
        looks["Default VPC with two zones"] = lambda: _network(tools)
    with ThreadPoolExecutor(len(looks) + 1, thread_name_prefix="preflight") as pool:
        there = pool.submit(_survey, plan, tools)
        ends = {name: pool.submit(_safely, look) for name, look in looks.items()}
        findings, trouble = there.result()
        checks = [Check(name, end.result()) for name, end in ends.items()]
    closed = any(check.problem is APP_RUNNER_CLOSED for check in checks)
    seen = [each for each in trouble if not (closed and each is APP_RUNNER_CLOSED)]
    checks += [Check("What is there already", each) for each in seen]
    checks = list(_needed(checks, findings))
    return Preflight(tuple(checks), findings)


def _needed(checks: list[Check], findings: dict[str, Finding]) -> Iterator[Check]:
    """Leaves out what is wrong with something this run has no use for."""
    image = findings.get("image")
    cluster = findings.get("cluster")
    for check in checks:
        if check.name == "Docker engine" and image and image.verdict == "is there":
            yield Check(check.name, None)
        elif check.name.startswith("Default VPC") and cluster and cluster.verdict == "is there":
            yield Check(check.name, None)
        else:
            yield check


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
