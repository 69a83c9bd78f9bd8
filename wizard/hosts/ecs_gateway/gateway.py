"""What is made once around the service: log group, cluster, gateway and their association."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.base.values import Found, Ref, Text, Value
from wizard.hosts.ecs_gateway.network import rule_steps
from wizard.hosts.ecs_gateway.roles import GATEWAY_ROLE
from wizard.hosts.ecs_gateway.types import ASSOCIATION_TYPE, CLUSTER_TYPE, GATEWAY_TYPE, TAGGING
from wizard.plan.model import (
    Before,
    Call,
    DeleteSpec,
    Expectation,
    LinkedRole,
    Lookup,
    Output,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned, tagged
from wizard.plan.resources.network import FIRST, SECOND

RETENTION_DAYS = 30
DESCRIBE_LOGS = frozenset({"logs:DescribeLogGroups"})
NO_GATEWAY = frozenset({"GatewayNotFoundException"})
NO_CLUSTER = frozenset({"ClusterNotFoundException"})


def tags_of(arn: str) -> Lookup:
    """The tags of a thing of ECS's, whose ARN was found there, as every other service has them."""
    return Lookup(
        call=Call(
            service="ecs", operation="ListTagsForResource", params={"resourceArn": Found(arn)}
        ),
        pick="tags[].{Key: key, Value: value}",
        into="Tags",
        absent=NO_CLUSTER,
    )


def tagged_in_ecs(site: Site, name: str, arn: str) -> tuple[Expectation, ...]:
    """The tags of a thing of ECS's, whose ARN is found there."""
    return tagged(site, name, TAGGING, {"resourceArn": Found(arn)})


def log_group_name(site: Site) -> str:
    """Where the agent's own lines go."""
    return f"/ecs/{site.names.service}"


def around(site: Site) -> list[Step]:
    """The steps, in their order."""
    return [_log_group(site), _retention(site), _cluster(site), _gateway(site), _association()]


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
        why="Without a limit CloudWatch keeps, and bills, them for ever.",
        make=keep,
        lookups=(_look_logs(name, f"logGroups[?logGroupName=='{name}' && retentionInDays] | [0]"),),
        part_of="log-group",
        anywhere=DESCRIBE_LOGS,
        outputs={"days": Output("retentionInDays", str(RETENTION_DAYS))},
    )


def _cluster(site: Site) -> Step:
    name = site.names.service
    wanted = CLUSTER_TYPE.wanted(
        {"ClusterName": name, "Tags": site.tags(name)},
        *tagged_in_ecs(site, name, "clusterArn"),
    )
    return Step(
        id="ecs-cluster",
        section=Section.SERVICE,
        title="ECS cluster",
        why="A name for the agent to run under; it has no machines, for Fargate brings its own.",
        lookups=(
            Lookup(
                call=Call(service="ecs", operation="DescribeClusters", params={"clusters": [name]}),
                pick="clusters[?status=='ACTIVE'] | [0]",
            ),
            tags_of("clusterArn"),
        ),
        **wanted,
        owned=owned("Tags"),
        outputs={
            "arn": Output("clusterArn", site.likely_arn("ecs", f"cluster/{name}")),
            "name": Output("clusterName", name),
        },
        delete=(
            Call(service="ecs", operation="DeleteCluster", params={"cluster": Found("clusterArn")}),
        ),
        delete_spec=DeleteSpec(
            retry=Retry(
                pattern="^(ClusterContains|UpdateInProgress)",
                say="the cluster's service is not quite gone yet",
                every=10,
                limit=900,
            )
        ),
        page=Page(path="ecs/v2/clusters/{name}?region={region}", parts={"name": name}),
        linked_role=LinkedRole("ecs", "AWSServiceRoleForECS"),
    )


def _wanted_gateway(site: Site) -> dict[str, Any]:
    """What the step of the gateway says of its resource."""
    name = site.names.service
    inbound = Ref("inbound-group", "id")
    network: dict[str, Value] = {
        "Subnets": [FIRST, SECOND],
        "InboundSecurityGroup": inbound,
        "IpAddressType": "ipv4",
    }
    changed: dict[str, Value] = {
        "hostSharedAlb": {"networkConfiguration": {"inboundSecurityGroup": inbound}}
    }
    return GATEWAY_TYPE.wanted(
        {
            "GatewayName": name,
            "InfrastructureRoleArn": Ref(GATEWAY_ROLE, "arn"),
            "DeletionProtection": False,
            "Configuration": {
                "HostSharedAlb": {"Scheme": "internet-facing", "NetworkConfiguration": network}
            },
            "Tags": site.tags(name),
        },
        Expectation(
            what="who may reach the agent",
            path="Detail.configuration.hostSharedAlb.networkConfiguration.inboundSecurityGroup",
            want=inbound,
            update=Call(
                service="ecs",
                operation="UpdateGateway",
                params={"gateway": name, "configuration": changed},
            ),
        ),
        *tagged_in_ecs(site, name, "gatewayArn"),
    )


def _unprotected() -> Before:
    """Somebody protected the gateway against just this; who removes it must agree."""
    return Before(
        path="Detail.deletionProtection",
        what="deletion protection",
        call=Call(
            service="ecs",
            operation="UpdateGateway",
            params={"gateway": Found("gatewayArn"), "deletionProtection": False},
        ),
        consent=True,
    )


def _gateway(site: Site) -> Step:
    name = site.names.service
    return Step(
        id="gateway",
        section=Section.SERVICE,
        title="ECS gateway",
        why="Gives the agent its address: ECS makes a load balancer with a certificate for it.",
        lookups=(
            Lookup(
                call=Call(service="ecs", operation="ListGateways", params={"names": [name]}),
                pick="gateways[0]",
            ),
            Lookup(
                call=Call(
                    service="ecs",
                    operation="DescribeGateway",
                    params={"gateway": Found("gatewayArn")},
                ),
                pick="gateway",
                into="Detail",
                absent=NO_GATEWAY,
            ),
            tags_of("gatewayArn"),
        ),
        **_wanted_gateway(site),
        owned=owned("Tags"),
        after=frozenset({"gateway-role-policy", f"{GATEWAY_ROLE}-inline"})
        | rule_steps(site.answers),
        retry=Retry(
            pattern="^InvalidParameterException: Unable to assume",
            say="waiting for the new role to be known everywhere in IAM (normal, up to a minute)",
            every=5,
            limit=180,
            expected=True,
        ),
        outputs={"arn": Output("gatewayArn", site.likely_arn("ecs", f"gateway/{name}"))},
        delete=(
            Call(service="ecs", operation="DeleteGateway", params={"gateway": Found("gatewayArn")}),
        ),
        delete_spec=DeleteSpec(first=(_unprotected(),)),
        page=Page(path="ecs/v2/gateways?region={region}"),
        anywhere=frozenset({"ecs:ListGateways"}),
    )


def _association() -> Step:
    gateway, cluster = Ref("gateway", "arn"), Ref("ecs-cluster", "arn")
    both: dict[str, Value] = {"gateway": gateway, "cluster": cluster}
    wanted = ASSOCIATION_TYPE.wanted({"Gateway": gateway, "Cluster": cluster})
    leave = Call(service="ecs", operation="DisassociateGatewayFromCluster", params=both)
    step = Step(
        id="gateway-association",
        section=Section.SERVICE,
        title="The cluster uses the gateway",
        why="Services of the cluster can have an address of the gateway.",
        lookups=(
            Lookup(
                call=Call(service="ecs", operation="ListGatewayClusterAssociations", params=both),
                pick="gatewayClusterAssociations[0]",
                absent=NO_GATEWAY | NO_CLUSTER,
            ),
        ),
        **wanted,
        part_of="gateway",
        outputs={"status": Output("status", "ACTIVE")},
        delete=(leave,),
        delete_spec=DeleteSpec(status="status"),
    )
    return replace(step, anywhere=frozenset({"ecs:ListGatewayClusterAssociations"}))
