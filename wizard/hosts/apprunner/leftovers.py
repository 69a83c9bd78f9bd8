"""What a removal finds of App Runner's beyond the plan: revisions of the scaling, and logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wizard.base.names import Names
from wizard.base.values import Value
from wizard.hosts.apprunner.service import scaling_revision
from wizard.plan.hosting import Listing
from wizard.plan.model import Call, DeleteSpec, LookOnly, Lookup, Obstacle, Output, Section, Step
from wizard.plan.resources.common import Site

SCALINGS, LOGS = "scalings", "logs"


def listings(names: Names) -> dict[str, Listing]:
    """ARNs of the living revisions, newest first, and names of log groups."""
    living = "AutoScalingConfigurationSummaryList[?Status=='active' || Status=='ACTIVE']"
    newest_first = f"reverse(sort_by({living}, &AutoScalingConfigurationRevision))"
    scalings = Call(
        service="apprunner",
        operation="ListAutoScalingConfigurations",
        params={"AutoScalingConfigurationName": names.service},
    )
    logs = Call(
        service="logs",
        operation="DescribeLogGroups",
        params={"logGroupNamePrefix": f"/aws/apprunner/{names.service}/"},
    )
    return {
        SCALINGS: Listing(scalings, f"{newest_first}[].AutoScalingConfigurationArn"),
        LOGS: Listing(logs, "sort(logGroups[].logGroupName)"),
    }


def steps(site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The newest revision stands for the plan's own scaling; the others are steps of their own."""
    for number, arn in enumerate(found.get(SCALINGS, ())):
        step = scaling_revision(site, arn)
        yield replace(step, id="scaling") if number == 0 else step
    for number, name in enumerate(found.get(LOGS, ()), 1):
        yield _log_group(site, f"log-{number}", name)


def _protected(name: str, region: str) -> Obstacle:
    return Obstacle(
        path="deletionProtectionEnabled && logGroupName",
        what="The log group {held} has deletion protection.",
        fix="Disable the protection with `aws logs put-log-group-deletion-protection "
        f"--log-group-identifier {name} --no-deletion-protection-enabled --region {region}`.",
    )


def _log_group(site: Site, step_id: str, name: str) -> Step:
    title = f"Log group {name.rpartition('/')[2]}"
    group: dict[str, Value] = {"logGroupName": name}
    return Step(
        id=step_id,
        section=Section.SERVICE,
        title=title,
        why="The logs of App Runner and the agent; App Runner does not delete them.",
        make=LookOnly(f"{title} does not exist."),
        lookups=(
            Lookup(
                call=Call(
                    service="logs",
                    operation="DescribeLogGroups",
                    params={"logGroupNamePrefix": name},
                ),
                pick=f"logGroups[?logGroupName=='{name}'] | [0]",
            ),
        ),
        delete=(Call(service="logs", operation="DeleteLogGroup", params=group),),
        delete_spec=DeleteSpec(obstacles=(_protected(name, site.answers.region),)),
        part_of="service",
        outputs={"arn": Output("logGroupName", name)},
    )
