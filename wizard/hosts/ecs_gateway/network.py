"""Where the agent's task is in the network, and who may reach it: the VPC and security groups."""

from __future__ import annotations

from dataclasses import replace

from wizard.answers.model import Answers
from wizard.base.values import Found, Ref, Value
from wizard.hosts.ecs_gateway.types import EC2_TAGGING, GROUP_TYPE
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
    TakeAway,
    Unmanaged,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned, tagged
from wizard.plan.world import AwsCall

ANYBODY = "0.0.0.0/0"
OURS = "Callers of the formae agent"
"""The description of rules of ours; others' stay."""
HTTPS = 443
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


def network(site: Site) -> list[Step]:
    """The default VPC, the two security groups, and the rules of who is let in."""
    name = site.names.service
    inbound = _group(
        site,
        "inbound-group",
        f"{name}-inbound",
        "Who may reach the agent",
        "The load balancer lets in only whom this security group names.",
    )
    inbound = replace(inbound, theirs=(_let_in_by_others(),))
    task = _group(
        site,
        "task-group",
        f"{name}-task",
        "The agent's own security group",
        "The agent may call out; nothing may call it but the load balancer, for which ECS adds a "
        "group of its own.",
    )
    wanted = allowed(site.answers)
    rules = [_rule(inbound, number, each) for number, each in enumerate(wanted, 1)]
    gone = [each for each in site.inputs.host_before if each not in wanted]
    unneeded = [_unneeded(inbound, number, each) for number, each in enumerate(gone, 1)]
    return [_vpc(site), _subnets(site.answers.region), inbound, *rules, *unneeded, task]


def _let_in_by_others() -> Unmanaged:
    every = "not_null(IpPermissions, `[]`)[].[IpRanges, Ipv6Ranges][][]"
    return Unmanaged("callers", f"{every} | [?Description!='{OURS}'].[CidrIp, CidrIpv6][]")


def allowed(answers: Answers) -> tuple[str, ...]:
    """The addresses that may reach the agent, in CIDR notation; anybody's where none were given."""
    given: tuple[str, ...] = dict(answers.more).get("allow_cidr", ())
    return given or (ANYBODY,)


def rule_steps(answers: Answers) -> frozenset[str]:
    """The steps that let them in."""
    return frozenset(f"inbound-rule-{number}" for number, _ in enumerate(allowed(answers), 1))


def let_in(call: AwsCall, service: str) -> tuple[str, ...]:
    """The addresses that a run of ours let in to that service. Raises AwsError."""
    named = {"Filters": [{"Name": "group-name", "Values": [f"{service}-inbound"]}]}
    groups = (call("ec2", "DescribeSecurityGroups", named) or {}).get("SecurityGroups") or []
    return tuple(
        each.get("CidrIp") or each["CidrIpv6"]
        for group in groups
        for rule in group.get("IpPermissions") or []
        for each in (*rule.get("IpRanges", ()), *rule.get("Ipv6Ranges", ()))
        if each.get("Description") == OURS
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


def _group(site: Site, step_id: str, name: str, title: str, why: str) -> Step:
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
        lookups=(_look(name, "SecurityGroups[0]"),),
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


def _look(name: Value, pick: str) -> Lookup:
    filters: list[Value] = [
        {"Name": "group-name", "Values": [name]},
        {"Name": "vpc-id", "Values": [VPC]},
    ]
    call = Call(service="ec2", operation="DescribeSecurityGroups", params={"Filters": filters})
    return Lookup(call=call, pick=pick)


def _rule(group: Step, number: int, cidr: str) -> Step:
    """HTTPS from these addresses; it goes with its group."""
    assert isinstance(group.make, Call)  # noqa: S101 - made just above
    ranges, member = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
    rule: dict[str, Value] = {
        "IpProtocol": "tcp",
        "FromPort": HTTPS,
        "ToPort": HTTPS,
        ranges: [{member: cidr, "Description": OURS}],
    }
    there = f"FromPort==`{HTTPS}` && {ranges}[?{member}=='{cidr}']"
    pick = f"SecurityGroups[0].IpPermissions[?{there}] | [0]"
    anybody = "from anywhere: the agent's password is what closes it"
    return Step(
        id=f"inbound-rule-{number}",
        section=Section.SERVICE,
        title=f"Callers from {'anywhere' if cidr == ANYBODY else cidr} are accepted",
        why=f"Over HTTPS, {anybody if cidr == ANYBODY else 'and from nowhere that is not named'}.",
        make=Call(
            service="ec2",
            operation="AuthorizeSecurityGroupIngress",
            params={"GroupId": Ref(group.id, "id"), "IpPermissions": [rule]},
        ),
        lookups=(_look(group.make.params["GroupName"], pick),),
        part_of=group.id,
        anywhere=frozenset({"ec2:DescribeSecurityGroups"}),
        outputs={"port": Output("FromPort", str(HTTPS))},
        after=frozenset({group.id}),
        page=group.page,
    )


def _unneeded(group: Step, number: int, cidr: str) -> Step:
    """Addresses that an earlier run let in, and that nobody named now."""
    step = _rule(group, number, cidr)
    assert isinstance(step.make, Call)  # noqa: S101
    return replace(
        step,
        id=f"inbound-rule-old-{number}",
        title=f"Callers from {cidr} are no longer accepted",
        why="They were named earlier, and are not named now.",
        make=TakeAway(),
        delete=(replace(step.make, operation="RevokeSecurityGroupIngress"),),
    )
