"""Where the agent's task is in the network, and who may reach it."""

from __future__ import annotations

from dataclasses import replace

from wizard.answers.model import Answers
from wizard.answers.questions.host import ANYBODY
from wizard.base.values import Ref, Value
from wizard.hosts.ecs.network import place, task_group
from wizard.plan.model import Call, Output, Section, Step, TakeAway, Unmanaged
from wizard.plan.resources.common import Site
from wizard.plan.resources.network import group, look_for_group
from wizard.plan.world import AwsCall

OURS = "Callers of the formae agent"
"""The description of rules of ours; others' stay."""
HTTPS = 443


def network(site: Site) -> list[Step]:
    """The default VPC, the two security groups, and the rules of who is let in."""
    name = site.names.service
    inbound = group(
        site,
        "inbound-group",
        f"{name}-inbound",
        "Who may reach the agent",
        "The load balancer accepts only the addresses in this security group.",
    )
    inbound = replace(inbound, theirs=(_let_in_by_others(),))
    wanted = allowed(site.answers)
    rules = [_rule(inbound, number, each) for number, each in enumerate(wanted, 1)]
    gone = [each for each in site.inputs.host_before if each not in wanted]
    unneeded = [_unneeded(inbound, number, each) for number, each in enumerate(gone, 1)]
    return [*place(site), inbound, *rules, *unneeded, task_group(site)]


def _let_in_by_others() -> Unmanaged:
    every = "not_null(IpPermissions, `[]`)[].[IpRanges, Ipv6Ranges][][]"
    return Unmanaged("callers", f"{every} | [?Description!='{OURS}'].[CidrIp, CidrIpv6][]")


def allowed(answers: Answers) -> tuple[str, ...]:
    """The addresses that may reach the agent, in CIDR notation; anybody's where none were given."""
    return answers.allow_cidr or (ANYBODY,)


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


def _rule(inbound: Step, number: int, cidr: str) -> Step:
    """HTTPS from these addresses; it goes with its group."""
    assert isinstance(inbound.make, Call)  # noqa: S101 - made just above
    ranges, member = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
    rule: dict[str, Value] = {
        "IpProtocol": "tcp",
        "FromPort": HTTPS,
        "ToPort": HTTPS,
        ranges: [{member: cidr, "Description": OURS}],
    }
    there = f"FromPort==`{HTTPS}` && {ranges}[?{member}=='{cidr}']"
    pick = f"SecurityGroups[0].IpPermissions[?{there}] | [0]"
    whence = "only from the addresses you chose"
    if cidr == ANYBODY:
        whence = "from anywhere: the agent's password protects it"
    return Step(
        id=f"inbound-rule-{number}",
        section=Section.SERVICE,
        title=f"Callers from {'anywhere' if cidr == ANYBODY else cidr} are accepted",
        why=f"Over HTTPS, {whence}.",
        make=Call(
            service="ec2",
            operation="AuthorizeSecurityGroupIngress",
            params={"GroupId": Ref(inbound.id, "id"), "IpPermissions": [rule]},
        ),
        lookups=(look_for_group(inbound.make.params["GroupName"], pick),),
        part_of=inbound.id,
        anywhere=frozenset({"ec2:DescribeSecurityGroups"}),
        outputs={"port": Output("FromPort", str(HTTPS))},
        after=frozenset({inbound.id}),
        page=inbound.page,
    )


def _unneeded(inbound: Step, number: int, cidr: str) -> Step:
    """Addresses that an earlier run let in, and that nobody named now."""
    step = _rule(inbound, number, cidr)
    assert isinstance(step.make, Call)  # noqa: S101
    return replace(
        step,
        id=f"inbound-rule-old-{number}",
        title=f"Callers from {cidr} are no longer accepted",
        why="You no longer list them.",
        make=TakeAway(),
        delete=(replace(step.make, operation="RevokeSecurityGroupIngress"),),
    )
