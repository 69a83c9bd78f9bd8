"""Where the agent's task is in the network: the default VPC, two subnets, a security group."""

from __future__ import annotations

from dataclasses import replace

from wizard.base.values import Found, Ref, Value
from wizard.hosts.ecs.types import EC2_TAGGING, GROUP_TYPE
from wizard.plan.model import (
    Call,
    DeleteSpec,
    LookOnly,
    Lookup,
    Output,
    Refusal,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned, tagged

ROOM = 8
"""Free addresses that a load balancer wants in each subnet."""
VPC = Ref("vpc", "id")
FIRST, SECOND = Ref("subnets", "first"), Ref("subnets", "second")
STILL_USED = DeleteSpec(
    retry=Retry(
        pattern="^DependencyViolation",
        say="what used the security group is not quite gone yet",
        every=10,
        limit=900,
    )
)


def place(site: Site) -> list[Step]:
    """The default VPC and two of its subnets."""
    return [_vpc(site), _subnets(site.answers.region)]


def task_group(site: Site) -> Step:
    """The security group of the agent's task."""
    return group(
        site,
        "task-group",
        f"{site.names.service}-task",
        "The agent's own security group",
        "The agent may call out; nothing may call it but the load balancer, for which ECS adds a "
        "group of its own.",
    )


def _vpc(site: Site) -> Step:
    region = site.answers.region
    default: list[Value] = [{"Name": "is-default", "Values": ["true"]}]
    make_it = f"Make it with `aws ec2 create-default-vpc --region {region}`."
    return Step(
        id="vpc",
        section=Section.SERVICE,
        title="Default VPC",
        why="The agent's task and the load balancer stand in it.",
        make=LookOnly(f"There is no default VPC in {region}.", make_it),
        lookups=(
            Lookup(
                call=Call(service="ec2", operation="DescribeVpcs", params={"Filters": default}),
                pick="Vpcs[0]",
            ),
        ),
        outputs={"id": Output("VpcId", "vpc-<id>")},
        anywhere=frozenset({"ec2:DescribeVpcs"}),
        usual=(0, 1),
    )


def _subnets(region: str) -> Step:
    here: list[Value] = [
        {"Name": "vpc-id", "Values": [VPC]},
        {"Name": "default-for-az", "Values": ["true"]},
    ]
    return Step(
        id="subnets",
        section=Section.SERVICE,
        title="Two of its subnets",
        why="In two zones, because a load balancer is made in two at least.",
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
                "Make another with `aws ec2 create-default-subnet --availability-zone ZONE`.",
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


def group(site: Site, step_id: str, name: str, title: str, why: str) -> Step:
    """A security group called `name`, without a rule of who may call."""
    tags = site.tags(name)
    wanted = GROUP_TYPE.wanted(
        {"GroupName": name, "GroupDescription": title, "VpcId": VPC},
        *tagged(site, name, EC2_TAGGING, {"Resources": [Found("GroupId")]}),
    )
    make: Call = wanted["make"]
    specified: list[Value] = [{"ResourceType": "security-group", "Tags": tags}]
    wanted["make"] = replace(make, params={**make.params, "TagSpecifications": specified})
    wanted["permissions"] = ("ec2:CreateTags",)
    return Step(
        id=step_id,
        section=Section.SERVICE,
        title=title,
        why=why,
        lookups=(look_for_group(name, "SecurityGroups[0]"),),
        **wanted,
        owned=owned("Tags"),
        outputs={"id": Output("GroupId", "sg-<id>")},
        delete=(
            Call(
                service="ec2",
                operation="DeleteSecurityGroup",
                params={"GroupId": Found("GroupId")},
            ),
        ),
        delete_spec=STILL_USED,
        anywhere=frozenset({"ec2:DescribeSecurityGroups"}),
        page=Page(
            path="ec2/home?region={region}#SecurityGroups:group-name={name}", parts={"name": name}
        ),
    )


def look_for_group(name: Value, pick: str) -> Lookup:
    """Finds a security group of the VPC, or what `pick` says of the answer."""
    filters: list[Value] = [
        {"Name": "group-name", "Values": [name]},
        {"Name": "vpc-id", "Values": [VPC]},
    ]
    call = Call(service="ec2", operation="DescribeSecurityGroups", params={"Filters": filters})
    return Lookup(call=call, pick=pick)
