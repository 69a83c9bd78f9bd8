"""What is made once around the service: the gateway, and that its cluster uses it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wizard.base.values import Found, Ref, Value
from wizard.hosts.ecs.cluster import NO_CLUSTER, cluster, tagged_in_ecs, tags_of
from wizard.hosts.ecs.logs import logs
from wizard.hosts.ecs.network import FIRST, SECOND
from wizard.hosts.ecs_gateway.network import rule_steps
from wizard.hosts.ecs_gateway.roles import GATEWAY_ROLE
from wizard.hosts.ecs_gateway.types import ASSOCIATION_TYPE, GATEWAY_TYPE
from wizard.plan.model import (
    Before,
    Call,
    DeleteSpec,
    Expectation,
    Lookup,
    Output,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned

NO_GATEWAY = frozenset({"GatewayNotFoundException"})


def around(site: Site) -> list[Step]:
    """The steps, in their order."""
    return [*logs(site), cluster(site), _gateway(site), _association()]


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
        why="Gives the agent its address: ECS creates a load balancer with a certificate for it.",
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
