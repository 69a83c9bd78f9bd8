"""The VPC and the subnets of an agent, and those that RDS places its database in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wizard.answers.model import Answers
from wizard.base.names import TAG_KEY, TAG_VALUE, Names
from wizard.base.values import Found, Ref, Value
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
from wizard.plan.resources.cluster import rds_quota
from wizard.plan.resources.common import DATABASE, Site, owned, tagged
from wizard.plan.resources.network import READS_GROUPS, VPC, task_group_name
from wizard.plan.resources.types import SUBNET_GROUP_TYPE

ROOM = 8
"""Free addresses that a load balancer wants in each subnet."""
SUBNET_GROUP = "subnet-group"
NO_SUBNET_GROUP = frozenset({"DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFound"})
OTHER_SUBNETS = "Choose other subnets (--subnets)."
RUNS_IN_IT = "The agent's task and the load balancer run in it."
ISOLATED = (
    "In subnets without a NAT gateway, the agent can only manage AWS services that have a VPC "
    "endpoint there."
)
DEFAULTS = "Defaults"
"""What the look for the default VPC's subnets adds to a thing that cannot be moved to others."""
VPC_ID = {"id": Output("VpcId", "vpc-<id>")}


def place(answers: Answers) -> list[Step]:
    """The looks for the VPC and the subnets: the chosen ones, or two of the default VPC's."""
    region, subnets = answers.region, answers.subnets
    if subnets:
        return [_vpc_of(region, subnets), _chosen(region, subnets), _routes(answers)]
    return [_default_vpc(region), _default_subnets(region)]


def _default_vpc(region: str) -> Step:
    """The default VPC, which must be there."""
    default: list[Value] = [{"Name": "is-default", "Values": ["true"]}]
    make_it = (
        "Choose subnets of another VPC (--subnets), or create a default VPC with `aws ec2 "
        f"create-default-vpc --region {region}`."
    )
    look = Call(service="ec2", operation="DescribeVpcs", params={"Filters": default})
    return Step(
        id="vpc",
        section=Section.NETWORK,
        title="Default VPC",
        why=RUNS_IN_IT,
        make=LookOnly(f"There is no default VPC in {region}.", make_it),
        lookups=(Lookup(call=look, pick="Vpcs[0]"),),
        outputs=VPC_ID,
        anywhere=frozenset({"ec2:DescribeVpcs"}),
        usual=(0, 1),
    )


def _vpc_of(region: str, subnets: Sequence[str]) -> Step:
    """The VPC of these subnets; the next step says whether they are all in it."""
    return Step(
        id="vpc",
        section=Section.NETWORK,
        title="VPC of your subnets",
        why=RUNS_IN_IT,
        make=LookOnly(
            f"There are no such subnets in {region}: {', '.join(subnets)}.", OTHER_SUBNETS
        ),
        lookups=(Lookup(call=_named(subnets), pick="Subnets[0]"),),
        outputs=VPC_ID,
        anywhere=frozenset({"ec2:DescribeSubnets"}),
        usual=(0, 1),
    )


def own_groups(names: Names) -> Call:
    """Asks for the security groups of the wizard's making, in whichever VPC they are."""
    called: list[Value] = [task_group_name(names), f"{names.service}-inbound", names.cluster]
    filters: list[Value] = [
        {"Name": "group-name", "Values": called},
        {"Name": f"tag:{TAG_KEY}", "Values": [TAG_VALUE]},
    ]
    return Call(service="ec2", operation="DescribeSecurityGroups", params={"Filters": filters})


def where_ours(step: Step, names: Names) -> Step:
    """The look for the VPC, by what the wizard made in it, for when no answers say which it is."""
    if step.id != "vpc":
        asked = (each for each in step.lookups if each.into != DEFAULTS)
        return replace(step, lookups=tuple(asked))
    look = (Lookup(call=own_groups(names), pick="SecurityGroups[0]"),)
    return replace(step, make=LookOnly(""), lookups=look, anywhere=READS_GROUPS)


def _named(subnets: Sequence[str]) -> Call:
    filters: list[Value] = [{"Name": "subnet-id", "Values": [*subnets]}]
    return Call(service="ec2", operation="DescribeSubnets", params={"Filters": filters})


def _chosen(region: str, subnets: Sequence[str]) -> Step:
    return Step(
        id="subnets",
        section=Section.NETWORK,
        title="Your subnets",
        why="In at least two zones, because a load balancer needs two.",
        make=LookOnly(
            f"The subnets {', '.join(subnets)} are not all in {region}, in one VPC, in two zones, "
            f"with {ROOM} free addresses each.",
            OTHER_SUBNETS,
        ),
        lookups=(Lookup(call=_named(subnets), pick="{Subnets: Subnets}"),),
        refusals=(
            *(_missing(each, region) for each in subnets),
            Refusal(
                "min(Subnets[].VpcId) != max(Subnets[].VpcId)",
                "The subnets are in different VPCs; an agent and its load balancer need one.",
                OTHER_SUBNETS,
            ),
            Refusal(
                "min(Subnets[].AvailabilityZone) == max(Subnets[].AvailabilityZone)",
                "The subnets are all in one zone; a load balancer needs two.",
                OTHER_SUBNETS,
            ),
            *(_full(each) for each in subnets),
        ),
        outputs={"first": Output("Subnets[0].SubnetId", subnets[0])},
        anywhere=frozenset({"ec2:DescribeSubnets"}),
        usual=(0, 1),
    )


def _routes(answers: Answers) -> Step:
    """The route tables of the VPC, which say whether the subnets are public."""
    here: list[Value] = [{"Name": "vpc-id", "Values": [VPC]}]
    look, internal = "DescribeRouteTables", answers.internal
    kind, gate = ("private", "a NAT") if internal else ("public", "an internet")
    step = Step(
        id="routes",
        section=Section.NETWORK,
        title="Their route tables",
        why=f"The subnets are {kind}, so the agent's address is "
        f"{'internal' if internal else 'public'}.",
        make=LookOnly(
            f"The subnets are not all {kind}, with a default route to {gate} gateway.",
            OTHER_SUBNETS,
        ),
        lookups=(
            Lookup(
                call=Call(service="ec2", operation=look, params={"Filters": here}),
                pick="{Tables: RouteTables}",
            ),
        ),
        refusals=(
            *(_wrong_side(each, internal=internal) for each in answers.subnets),
            *((_shut_in(each, answers) for each in answers.subnets) if internal else ()),
        ),
        outputs={"vpc": Output("Tables[0].VpcId", "vpc-<id>")},
        anywhere=frozenset({f"ec2:{look}"}),
        after=frozenset({"subnets"}),
        usual=(0, 1),
    )
    return _with_endpoints(step, here) if internal and answers.copied else step


def _with_endpoints(step: Step, here: list[Value]) -> Step:
    """The look for the route tables, and for what subnets without a way out have instead."""
    look = "DescribeVpcEndpoints"
    call = Call(service="ec2", operation=look, params={"Filters": here})
    return replace(
        step,
        why=f"{step.why} {ISOLATED}",
        lookups=(*step.lookups, Lookup(call=call, pick="VpcEndpoints", into="Endpoints")),
        anywhere=step.anywhere | {f"ec2:{look}"},
    )


def _missing(subnet: str, region: str) -> Refusal:
    return Refusal(
        f"!contains(Subnets[].SubnetId, '{subnet}')",
        f"There is no subnet {subnet} in {region}.",
        OTHER_SUBNETS,
    )


def _full(subnet: str) -> Refusal:
    free = f"Subnets[?SubnetId=='{subnet}'].AvailableIpAddressCount | [0]"
    return Refusal(
        f"({free}) < `{ROOM}`",
        f"The subnet {subnet} has fewer than {ROOM} free addresses, which a load balancer needs.",
        f"Free some, or {OTHER_SUBNETS[0].lower()}{OTHER_SUBNETS[1:]}",
    )


def _table(subnet: str) -> str:
    """The subnet's own route table, or else its VPC's main one."""
    own = f"Tables[?Associations[?SubnetId=='{subnet}']] | [0]"
    return f"(({own}) || (Tables[?Associations[?Main]] | [0]))"


def _out(subnet: str, which: str) -> str:
    """Whether the subnet's table has a working default route, of the kind `which` says."""
    route = f"[?DestinationCidrBlock=='0.0.0.0/0' && State!='blackhole'{which}]"
    return f"length(not_null({_table(subnet)}.Routes{route}, `[]`)) > `0`"


def _wrong_side(subnet: str, *, internal: bool) -> Refusal:
    """A subnet that is public where the address is to be internal, or the other way round."""
    to_internet = _out(subnet, " && starts_with(not_null(GatewayId, ''), 'igw-')")
    if internal:
        return Refusal(
            to_internet,
            f"The subnet {subnet} is public: it has a route to an internet gateway. An internal "
            "address needs private subnets.",
            f"{OTHER_SUBNETS} Or leave the address public (--internal no).",
        )
    return Refusal(
        f"!({to_internet})",
        f"The subnet {subnet} is private: it has no route to an internet gateway. A public address "
        "needs public subnets.",
        f"{OTHER_SUBNETS} Or choose private ones only, for an internal address (--internal yes).",
    )


def _shut_in(subnet: str, answers: Answers) -> Refusal:
    """A subnet without a way out, whose VPC lacks endpoints that would do in its place."""
    shut, table = f"!({_out(subnet, '')})", f"{_table(subnet)}.RouteTableId"
    lacks = f"The subnet {subnet} has no way out, not even through a NAT gateway"
    nat = "add a default route to a NAT gateway to its route table"
    if not answers.copied:
        return Refusal(
            shut,
            f"{lacks}: the agent could not pull its image from {answers.image_source}.",
            f"A{nat[1:]}, or choose other subnets (--subnets). Or "
            "run a copy of the image in your own ECR repository (--copy-image yes), which VPC "
            "endpoints can reach.",
        )
    names = [f"com.amazonaws.{answers.region}.{each}" for each in _reached(answers)]
    missing = ", ".join(f"(!({_endpoint(each)}) && '{each}')" for each in names)
    return Refusal(
        f"(Endpoints != `null` && '{{across}}' && [{missing}]) | [?@]",
        f"{lacks}, and its VPC lacks VPC endpoints that the agent needs instead: {{held}}.",
        "Create them: for S3 a gateway endpoint in the subnet's route table, for the others "
        "interface endpoints with private DNS, which accept HTTPS from the subnet. Or "
        f"{nat}. Or choose other subnets (--subnets). {ISOLATED}",
        across=f"({shut} && {table}) || `null`",
    )


def _reached(answers: Answers) -> tuple[str, ...]:
    """What ECS starts an agent with, and its database's Data API where it uses that."""
    always = ("ecr.api", "ecr.dkr", "s3", "logs", "secretsmanager")
    return always if answers.direct else (*always, "rds-data")


def _endpoint(service: str) -> str:
    """The working endpoints of a service that the subnets of a route table reach it through."""
    which = f"ServiceName=='{service}' && (State=='available' || State=='Available')"
    if service.endswith(".s3"):  # ECR pulls layers through none of the interface type
        tables = f"Endpoints[?{which} && VpcEndpointType=='Gateway'].RouteTableIds[]"
        return f"contains(not_null({tables}, `[]`), '{{across}}')"
    return f"Endpoints[?{which} && VpcEndpointType=='Interface' && PrivateDnsEnabled]"


def defaults(pick: str, into: str = "") -> Lookup:
    """Finds the subnets of the default VPC."""
    here: list[Value] = [
        {"Name": "vpc-id", "Values": [VPC]},
        {"Name": "default-for-az", "Values": ["true"]},
    ]
    call = Call(service="ec2", operation="DescribeSubnets", params={"Filters": here})
    return Lookup(call=call, pick=pick, into=into)


def _default_subnets(region: str) -> Step:
    return Step(
        id="subnets",
        section=Section.NETWORK,
        title="Two of its subnets",
        why="In two zones, because a load balancer needs at least two.",
        make=LookOnly(f"The default VPC in {region} has no subnets."),
        lookups=(defaults("{Subnets: sort_by(Subnets, &AvailabilityZone)}"),),
        refusals=(
            Refusal(
                "length(Subnets) < `2`",
                "The default VPC has subnets in fewer than two zones; a load balancer needs two.",
                "Create another with `aws ec2 create-default-subnet --availability-zone ZONE`, or "
                "choose subnets of another VPC (--subnets).",
            ),
            Refusal(
                f"length(Subnets[:2] | [?AvailableIpAddressCount < `{ROOM}`]) > `0`",
                f"A subnet of the default VPC has fewer than {ROOM} free addresses, which a load "
                "balancer needs.",
                "Free some, choose other subnets (--subnets), or choose another region.",
            ),
        ),
        outputs={
            "first": Output("Subnets[0].SubnetId", "subnet-<first>"),
            "second": Output("Subnets[1].SubnetId", "subnet-<second>"),
        },
        anywhere=frozenset({"ec2:DescribeSubnets"}),
        usual=(0, 1),
    )


def in_subnets(answers: Answers) -> list[Value]:
    """The ids of the subnets that the agent and its load balancer are in."""
    return [*answers.subnets] or [Ref("subnets", "first"), Ref("subnets", "second")]


def subnet_group(site: Site) -> Step:
    """The subnets that RDS places the deployment's own cluster in."""
    name = site.names.cluster
    wanted = SUBNET_GROUP_TYPE.wanted(
        {
            "DBSubnetGroupName": name,
            "DBSubnetGroupDescription": "Subnets of the formae agent's database",
            "SubnetIds": [*site.answers.subnets],
            "Tags": site.tags(name),
        },
        *tagged(site, name, DATABASE, {"ResourceName": Found("DBSubnetGroupArn")}),
    )
    tags = Call(
        service="rds",
        operation="ListTagsForResource",
        params={"ResourceName": Found("DBSubnetGroupArn")},
    )
    look = Call(
        service="rds", operation="DescribeDBSubnetGroups", params={"DBSubnetGroupName": name}
    )
    return Step(
        id=SUBNET_GROUP,
        section=Section.DATABASE,
        title="The database's subnets",
        why="RDS places the cluster in the subnets you chose. It stays in them: AWS does not move "
        "a cluster.",
        lookups=(
            Lookup(call=look, pick="DBSubnetGroups[0]", absent=NO_SUBNET_GROUP),
            Lookup(call=tags, pick="TagList", into="Tags"),
        ),
        **wanted,
        owned=owned("Tags"),
        outputs={
            "name": Output("DBSubnetGroupName", name),
            "arn": Output("DBSubnetGroupArn", site.likely_arn("rds", f"subgrp:{name}")),
        },
        delete=(
            Call(
                service="rds", operation="DeleteDBSubnetGroup", params={"DBSubnetGroupName": name}
            ),
        ),
        delete_spec=DeleteSpec(
            retry=Retry(
                pattern="^InvalidDBSubnetGroupStateFault",
                say="the database that used the subnet group is not quite gone yet",
                every=10,
                limit=900,
            )
        ),
        page=Page(path="rds/home?region={region}#db-subnet-group:id={name}", parts={"name": name}),
        quota=rds_quota("DB subnet groups", "DBSubnetGroups"),
    )
