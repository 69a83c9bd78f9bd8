"""Where the agent's task is in the network: the default VPC, two subnets, a security group."""

from __future__ import annotations

from wizard.base.values import Ref, Value
from wizard.plan.model import Call, LookOnly, Lookup, Output, Refusal, Section, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.network import TASK_GROUP, VPC, group, task_group_name, vpc

ROOM = 8
"""Free addresses that a load balancer wants in each subnet."""
FIRST, SECOND = Ref("subnets", "first"), Ref("subnets", "second")


def place(site: Site) -> list[Step]:
    """The default VPC and two of its subnets."""
    return [vpc(site), _subnets(site.answers.region)]


def task_group(site: Site) -> Step:
    """The security group of the agent's task."""
    return group(
        site,
        TASK_GROUP,
        task_group_name(site.names),
        "The agent's own security group",
        "The agent can call out; only the load balancer can call it, for which ECS adds its own "
        "group.",
        Section.NETWORK,
    )


def _subnets(region: str) -> Step:
    here: list[Value] = [
        {"Name": "vpc-id", "Values": [VPC]},
        {"Name": "default-for-az", "Values": ["true"]},
    ]
    return Step(
        id="subnets",
        section=Section.NETWORK,
        title="Two of its subnets",
        why="In two zones, because a load balancer needs at least two.",
        make=LookOnly(f"The default VPC in {region} has no subnets."),
        lookups=(
            Lookup(
                call=Call(service="ec2", operation="DescribeSubnets", params={"Filters": here}),
                pick="{Subnets: sort_by(Subnets, &AvailabilityZone)}",
            ),
        ),
        refusals=(
            Refusal(
                "length(Subnets) < `2`",
                "The default VPC has subnets in fewer than two zones; a load balancer needs two.",
                "Create another with `aws ec2 create-default-subnet --availability-zone ZONE`.",
            ),
            Refusal(
                f"length(Subnets[:2] | [?AvailableIpAddressCount < `{ROOM}`]) > `0`",
                f"A subnet of the default VPC has fewer than {ROOM} free addresses, which a load "
                "balancer needs.",
                "Free some, or choose another region.",
            ),
        ),
        outputs={
            "first": Output("Subnets[0].SubnetId", "subnet-<first>"),
            "second": Output("Subnets[1].SubnetId", "subnet-<second>"),
        },
        anywhere=frozenset({"ec2:DescribeSubnets"}),
        usual=(0, 1),
    )
