"""What is made once around the service: gateway, roles, and the network with who is let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wizard.answers.model import Answers
from wizard.answers.questions.host import ANYBODY, MOST_SUBNETS
from wizard.base.values import Found, Ref, Value
from wizard.documents.document import Document
from wizard.hosts.ecs.cluster import NO_CLUSTER, cluster, place, tagged_in_ecs, tags_of, task_group
from wizard.hosts.ecs.logs import logs
from wizard.hosts.ecs.roles import (
    ECS,
    balancer_role,
    config_policy,
    execution_role,
    network_policy,
    task_trusts,
    trust,
)
from wizard.hosts.ecs_gateway.request import ASSOCIATION_TYPE, GATEWAY_TYPE
from wizard.plan.inputs import EXECUTION_ROLE
from wizard.plan.model import (
    Before,
    Call,
    DeleteSpec,
    Expectation,
    LookOnly,
    Lookup,
    Output,
    Refusal,
    Resource,
    Retry,
    Section,
    Step,
    TakeAway,
    Unmanaged,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, owned
from wizard.plan.resources.network import group, look_for_group
from wizard.plan.resources.subnets import DEFAULTS, defaults, in_subnets
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


GATEWAY_ROLE = "gateway-role"

GATEWAY_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB"


def trusts() -> dict[str, Document]:
    """The three trust policies, by the step of their role."""
    gateway = trust(
        "ecs-gateway-trust.json",
        ECS,
        "Who may create the load balancer",
        "Only ECS may assume the gateway role.",
        "ECS itself, for its gateways, and no one else.",
    )
    return {**task_trusts(), GATEWAY_ROLE: gateway}


def policies() -> dict[str, Document]:
    """What the two may do beside AWS's own policies, by the step of their role."""
    return {
        EXECUTION_ROLE: config_policy(),
        GATEWAY_ROLE: network_policy("ecs-gateway-policy.json"),
    }


def roles(
    site: Site, documents: Mapping[str, Document], policies: Mapping[str, Document]
) -> list[Step]:
    """The execution role and the gateway's role, with what they may do."""
    return [
        *execution_role(site, documents, policies),
        *balancer_role(
            site,
            GATEWAY_ROLE,
            GATEWAY_POLICY,
            documents[GATEWAY_ROLE],
            policies[GATEWAY_ROLE],
            "ECS assumes it to create and keep the load balancer and its certificate.",
        ),
    ]


NO_GATEWAY = frozenset({"GatewayNotFoundException"})

PROTECTION = "its deletion protection"


def around(site: Site) -> list[Step]:
    """The steps, in their order."""
    return [*logs(site), cluster(site), _gateway(site), _association()]


def _wanted_gateway(site: Site) -> dict[str, Any]:
    """What the step of the gateway says of its resource."""
    name = site.names.service
    inbound = Ref("inbound-group", "id")
    network: dict[str, Value] = {
        "Subnets": in_subnets(site.answers),
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
                "HostSharedAlb": {"Scheme": _scheme(site), "NetworkConfiguration": network}
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
        *_unwanted(site),
        *tagged_in_ecs(site, name, "gatewayArn"),
    )


def _scheme(site: Site) -> str:
    return "internal" if site.answers.internal else "internet-facing"


def _fixed(site: Site) -> tuple[Refusal, ...]:
    """What a gateway is made with and keeps."""
    chosen, balancer = site.answers.subnets, "Detail.configuration.hostSharedAlb"
    name, there = site.names.service, f"{balancer}.networkConfiguration.subnets"
    if chosen:
        others = [f"!contains({there}, '{each}')" for each in chosen]
        differ = " || ".join((*others, f"length({there}) != `{len(chosen)}`"))
        elsewhere = f"Detail && ({differ}) && {there}"
    else:
        here = (f"{there}[{at}]" for at in range(MOST_SUBNETS))
        differ = " || ".join(f"({each} && !contains('{{across}}', {each}))" for each in here)
        elsewhere = f"Detail && '{{across}}' && ({differ}) && {there}"
    stays = Refusal(
        elsewhere,
        f"The gateway {name} is in other subnets, and AWS does not change a gateway's subnets.",
        "Keep its subnets (--subnets {held}), or move the agent to ECS Express Mode with the new "
        "ones (--host ecs), and then back.",
        across="" if chosen else f"{DEFAULTS} && join('/', {DEFAULTS})",
    )
    side = Refusal(
        f"Detail && {balancer}.scheme != '{_scheme(site)}'",
        f"The gateway {name} is not {_scheme(site)}, and AWS does not change that.",
        "Destroy the deployment first; its database can be kept as a snapshot.",
    )
    return stays, side


def unmovable(site: Site) -> Step:
    """The look for a gateway that is there, and stays where it is."""
    step = _gateway(site)
    looks = tuple(each for each in step.lookups if each.into != "Tags")
    return Step(
        id=step.id,
        section=step.section,
        title=step.title,
        why=step.why,
        make=LookOnly(""),
        lookups=looks,
        refusals=step.refusals,
        anywhere=step.anywhere,
    )


def _protect(gateway: Value, *, on: bool) -> Call:
    params: dict[str, Value] = {"gateway": gateway, "deletionProtection": on}
    return Call(service="ecs", operation="UpdateGateway", params=params)


def _unwanted(site: Site) -> list[Expectation]:
    """Without protection, where none is wanted; one that is comes once the agent runs."""
    if site.answers.deletion_protection:
        return []
    off = Expectation(
        what=PROTECTION,
        path="Detail.deletionProtection",
        want=False,
        update=_protect(site.names.service, on=False),
    )
    return [off]


def protected(site: Site) -> list[Step]:
    """The step that protects the gateway, once the agent runs; none where that is not wanted."""
    name = site.names.service
    if not site.answers.deletion_protection:
        return []
    look = Lookup(
        call=Call(service="ecs", operation="DescribeGateway", params={"gateway": name}),
        pick="[gateway][?deletionProtection] | [0]",
        absent=NO_GATEWAY,
    )
    step = Step(
        id="gateway-protection",
        section=Section.SERVICE,
        title="The gateway is protected against deletion",
        why="AWS deletes it only after the protection is removed. It is switched on last, so that "
        "a setup that fails can be removed.",
        make=_protect(name, on=True),
        resource=Resource(GATEWAY_TYPE.name, {"GatewayName": name, "DeletionProtection": True}),
        lookups=(look,),
        part_of="gateway",
        after=frozenset({"gateway", "service"}),
        outputs={"arn": Output("gatewayArn", site.likely_arn("ecs", f"gateway/{name}"))},
    )
    return [step]


def _unprotected() -> Before:
    """Somebody protected the gateway against just this; who removes it must agree."""
    return Before(
        path="Detail.deletionProtection",
        what="its deletion protection is removed",
        call=_protect(Found("gatewayArn"), on=False),
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
            *([] if site.answers.subnets else [defaults("Subnets[].SubnetId", DEFAULTS)]),
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
        refusals=_fixed(site),
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
        anywhere=frozenset({"ecs:ListGateways", "ec2:DescribeSubnets"}),
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
