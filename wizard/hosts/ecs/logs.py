"""The log group with the agent's own lines, and how long they are kept."""

from __future__ import annotations

from wizard.base.values import Ref, Text, Value
from wizard.plan.model import Call, Expectation, Lookup, Output, Resource, Section, Step
from wizard.plan.page import Page
from wizard.plan.resources.common import Site

GROUP = "AWS::Logs::LogGroup"
RETENTION_DAYS = 30
DESCRIBE_LOGS = frozenset({"logs:DescribeLogGroups"})


def group_of(service: str) -> str:
    """The log group of the service called so."""
    return f"/ecs/{service}"


def log_group_name(site: Site) -> str:
    """Where the agent's own lines go."""
    return group_of(site.names.service)


def logs(site: Site) -> list[Step]:
    """The log group and its retention."""
    return [_log_group(site), _retention(site)]


def _log_group(site: Site) -> Step:
    name = log_group_name(site)
    tags: dict[str, Value] = {
        str(tag["Key"]): tag["Value"] for tag in site.tags(name) if isinstance(tag, dict)
    }
    arn = Text(
        ("arn:aws:logs:", site.answers.region, ":", Ref("account", "id"), f":log-group:{name}")
    )
    return Step(
        id="log-group",
        section=Section.SERVICE,
        title="Log group",
        why="What the agent writes is kept here.",
        make=Call(
            service="logs",
            operation="CreateLogGroup",
            params={"logGroupName": name, "tags": tags},
        ),
        resource=Resource(GROUP, {"LogGroupName": name, "Tags": site.tags(name)}),
        lookups=(
            _look_logs(name, f"logGroups[?logGroupName=='{name}'] | [0]"),
            Lookup(
                call=Call(
                    service="logs", operation="ListTagsForResource", params={"resourceArn": arn}
                ),
                pick="tags",
                into="Tags",
            ),
        ),
        fits=(
            Expectation(
                what="its tags",
                path="Tags",
                want=tags,
                update=Call(
                    service="logs",
                    operation="TagResource",
                    params={"resourceArn": arn, "tags": tags},
                ),
                reading="subset",
                waits=False,
            ),
        ),
        owned="Tags.app=='formae-agent'",
        outputs={
            "name": Output("logGroupName", name),
            "arn": Output("logGroupArn", site.likely_arn("logs", f"log-group:{name}")),
        },
        anywhere=DESCRIBE_LOGS,
        delete=(Call(service="logs", operation="DeleteLogGroup", params={"logGroupName": name}),),
        permissions=("logs:TagResource",),
        page=Page(
            path="cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
            + name.replace("/", "$252F")
        ),
    )


def _look_logs(name: str, pick: str) -> Lookup:
    params: dict[str, Value] = {"logGroupNamePrefix": name}
    call = Call(service="logs", operation="DescribeLogGroups", params=params)
    return Lookup(call=call, pick=pick)


def _retention(site: Site) -> Step:
    name = log_group_name(site)
    keep = Call(
        service="logs",
        operation="PutRetentionPolicy",
        params={"logGroupName": Ref("log-group", "name"), "retentionInDays": RETENTION_DAYS},
    )
    return Step(
        id="log-retention",
        section=Section.SERVICE,
        title=f"Logs are kept for {RETENTION_DAYS} days",
        why="Without a limit, CloudWatch keeps them forever, and bills them.",
        make=keep,
        resource=Resource(
            GROUP,
            {"LogGroupName": Ref("log-group", "name"), "RetentionInDays": RETENTION_DAYS},
        ),
        lookups=(_look_logs(name, f"logGroups[?logGroupName=='{name}' && retentionInDays] | [0]"),),
        part_of="log-group",
        anywhere=DESCRIBE_LOGS,
        outputs={"days": Output("retentionInDays", str(RETENTION_DAYS))},
    )
