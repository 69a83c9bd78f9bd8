"""Security groups of the VPC, and the rule with which a database lets the agent in."""

from __future__ import annotations

from dataclasses import replace

from wizard.answers.model import Answers
from wizard.base.names import Names
from wizard.base.values import Found, Joined, Ref, Value
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    Lookup,
    Output,
    Resource,
    Retry,
    Section,
    Step,
    TakeAway,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import EC2, Site, owned, tagged
from wizard.plan.resources.types import GROUP_TYPE

POSTGRESQL = 5432
"""The port of clusters of the wizard's making, and of most others."""
OURS = "The formae agent"
"""The description of rules of ours."""
VPC = Ref("vpc", "id")
TASK_GROUP, DATABASE_GROUP, DATABASE_RULE = "task-group", "database-group", "database-rule"
"""Steps of the agent's own security group, of its database's, and of the rule between them."""
NO_GROUP = frozenset({"InvalidGroup.NotFound"})
READS_GROUPS = frozenset({"ec2:DescribeSecurityGroups"})
STILL_USED = DeleteSpec(
    retry=Retry(
        pattern="^DependencyViolation",
        say="what used the security group is not quite gone yet",
        every=10,
        limit=900,
    )
)


def task_group_name(names: Names) -> str:
    """What the agent's own security group is called."""
    return f"{names.service}-task"


def group(
    site: Site,
    step_id: str,
    name: str,
    title: str,
    why: str,
    section: Section = Section.SERVICE,
) -> Step:
    """A security group of the VPC called `name`, without a rule of who may call."""
    tags = site.tags(name)
    wanted = GROUP_TYPE.wanted(
        {"GroupName": name, "GroupDescription": title, "VpcId": VPC},
        *tagged(site, name, EC2, {"Resources": [Found("GroupId")]}),
    )
    make: Call = wanted["make"]
    specified: list[Value] = [{"ResourceType": "security-group", "Tags": tags}]
    wanted["make"] = replace(make, params={**make.params, "TagSpecifications": specified})
    wanted["permissions"] = ("ec2:CreateTags",)
    resource: Resource = wanted["resource"]
    wanted["resource"] = replace(resource, properties={**resource.properties, "Tags": tags})
    return Step(
        id=step_id,
        section=section,
        title=title,
        why=why,
        lookups=(look_for_group(name, "SecurityGroups[0]"),),
        **wanted,
        owned=owned("Tags"),
        outputs={
            "id": Output("GroupId", "sg-<id>"),
            "arn": Output("SecurityGroupArn", site.likely_arn("ec2", "security-group/sg-<id>")),
        },
        delete=(
            Call(
                service="ec2",
                operation="DeleteSecurityGroup",
                params={"GroupId": Found("GroupId")},
            ),
        ),
        delete_spec=STILL_USED,
        anywhere=READS_GROUPS,
        page=Page(
            path="ec2/home?region={region}#SecurityGroups:group-name={name}", parts={"name": name}
        ),
    )


def look_for_group(name: Value, pick: str, into: str = "") -> Lookup:
    """Finds a security group of the VPC, or what `pick` says of the answer."""
    filters: list[Value] = [
        {"Name": "group-name", "Values": [name]},
        {"Name": "vpc-id", "Values": [VPC]},
    ]
    call = Call(service="ec2", operation="DescribeSecurityGroups", params={"Filters": filters})
    return Lookup(call=call, pick=pick, into=into)


def database_group_name(site: Site) -> str:
    """What the security group of the deployment's own cluster is called: as the cluster."""
    return site.names.cluster


def database_group(site: Site) -> Step:
    """The security group of a cluster of the wizard's making; the agent alone is let in."""
    return group(
        site,
        DATABASE_GROUP,
        database_group_name(site),
        "The database's security group",
        "Only what this group names can reach the cluster over the network.",
        Section.DATABASE,
    )


def own_group(site: Site) -> tuple[Lookup, ...]:
    """Finds the id of the security group of the wizard's own cluster, as its `OwnGroup`."""
    if not site.answers.direct:
        return ()
    return (
        look_for_group(database_group_name(site), "SecurityGroups[0].GroupId", into="OwnGroup"),
    )


def in_own_group(site: Site) -> tuple[Expectation, ...]:
    """The cluster has the security group that lets the agent in, beside whatever others it has."""
    if not site.answers.direct:
        return ()
    there = "not_null(VpcSecurityGroups, `[]`)[].VpcSecurityGroupId"
    params: dict[str, Value] = {
        "DBClusterIdentifier": site.names.cluster,
        "VpcSecurityGroupIds": Joined(there, [Ref(DATABASE_GROUP, "id")]),
        "ApplyImmediately": True,
    }
    fit = Expectation(
        what="its security groups",
        path=f"[contains({there}, OwnGroup)]",
        want=[True],
        members=(database_group_name(site),),
        update=Call(service="rds", operation="ModifyDBCluster", params=params),
        effect="Changed in place, without a restart; its other groups stay.",
    )
    return (fit,)


def let_in(answers: Answers) -> bool:
    """Whether the plan lets the agent in to its database: its own, or one it may open."""
    return answers.direct and (answers.new_database or answers.open_database)


def database_rule(site: Site) -> list[Step]:
    """PostgreSQL from the agent's security group; none where somebody else sees to that.

    It is in the group of the wizard's own cluster, or in the first one of a cluster of others.
    """
    answers = site.answers
    if not let_in(answers):
        return []
    new = answers.new_database
    where = Ref(DATABASE_GROUP, "id") if new else Ref("cluster", "group")
    step = _rule(site, where)
    return [step if new else replace(step, why=f"{step.why} The rule is removed with the agent.")]


def _rule(site: Site, where: Value) -> Step:
    agent = Ref(TASK_GROUP, "id")
    filters: list[Value] = [
        {"Name": "group-id", "Values": [where]},
        {"Name": "ip-permission.group-id", "Values": [agent]},
        {"Name": "ip-permission.to-port", "Values": [str(POSTGRESQL)]},
    ]
    rule: dict[str, Value] = {
        "IpProtocol": "tcp",
        "FromPort": POSTGRESQL,
        "ToPort": POSTGRESQL,
        "UserIdGroupPairs": [{"GroupId": agent, "Description": OURS}],
    }
    params: dict[str, Value] = {"GroupId": where, "IpPermissions": [rule]}
    make = Call(service="ec2", operation="AuthorizeSecurityGroupIngress", params=params)
    look = Call(service="ec2", operation="DescribeSecurityGroups", params={"Filters": filters})
    return Step(
        id=DATABASE_RULE,
        section=Section.DATABASE,
        title="The database accepts the agent",
        why="Over PostgreSQL's port, from the agent's own security group and from nowhere else.",
        make=make,
        lookups=(Lookup(call=look, pick="SecurityGroups[0]", absent=NO_GROUP),),
        outputs={
            "group": Output("GroupId", "sg-<id>"),
            "arn": Output("SecurityGroupArn", site.likely_arn("ec2", "security-group/sg-<id>")),
        },
        delete=(replace(make, operation="RevokeSecurityGroupIngress"),),
        anywhere=READS_GROUPS,
        page=Page(path="ec2/home?region={region}#SecurityGroups:"),
    )


def closed_again(site: Site) -> list[Step]:
    """Rules of earlier runs that let the agent in where it has nothing to do any more."""
    return [
        replace(
            _rule(site, each),
            id=f"{DATABASE_RULE}-old-{number}",
            title=f"Security group {each} no longer accepts the agent",
            why="The agent no longer uses PostgreSQL there.",
            make=TakeAway(),
            after=frozenset({"service"}),
        )
        for number, each in enumerate(site.inputs.opened, 1)
    ]
