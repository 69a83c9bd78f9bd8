"""Whether an agent in a VPC gets to its database, and which security groups let it in already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.engine.account.asking import ours, pairs
from wizard.plan.resources.credentials import policy_name
from wizard.plan.resources.network import OURS, POSTGRESQL, task_group_name
from wizard.plan.world import AwsCall

CODE = "FW-RDS-014"
INSTEAD = "use the Data API (--datastore data-api)"


@dataclass(frozen=True, slots=True)
class Barred:
    """Why the agent would not get to a cluster of others, and beside which question it is told."""

    key: str
    problem: WizardError


def barred(
    call: AwsCall, cluster_arn: str, region: str, *, may_open: bool = False
) -> Barred | None:
    """What keeps an agent in the default VPC from the cluster; None where nothing does.

    `may_open` is whether a rule may be added to its security group. Read calls only; raises
    AwsError, and says nothing of a cluster that is not there.
    """
    try:
        found = call("rds", "DescribeDBClusters", {"DBClusterIdentifier": cluster_arn})
    except AwsError as error:
        if error.not_there:
            return None
        raise
    (cluster,) = found["DBClusters"]
    name = str(cluster["DBClusterIdentifier"])
    ids = [each["VpcSecurityGroupId"] for each in cluster.get("VpcSecurityGroups") or []]
    if not ids:
        return _elsewhere(f"The cluster {name} is not in a VPC.")
    groups = call("ec2", "DescribeSecurityGroups", {"GroupIds": ids})["SecurityGroups"]
    default = [{"Name": "is-default", "Values": ["true"]}]
    vpcs = call("ec2", "DescribeVpcs", {"Filters": default})["Vpcs"]
    if not vpcs:
        return None  # the plan says so
    theirs, mine = groups[0]["VpcId"], vpcs[0]["VpcId"]
    if theirs != mine:
        return _elsewhere(
            f"The cluster {name} is in {theirs}, but the agent runs in the default VPC, {mine}."
        )
    port = int(cluster.get("Port") or POSTGRESQL)
    if (may_open and port == POSTGRESQL) or _lets_in(groups, vpcs[0]["CidrBlock"], port):
        return None
    return _shut(name, groups, vpcs[0]["CidrBlock"], port, region)


def _elsewhere(what: str) -> Barred:
    fix = f"Choose a cluster in the default VPC, or {INSTEAD}."
    why = "An agent can only speak PostgreSQL with a cluster in its own VPC."
    return Barred("datastore", WizardError(what, why, fix, ExitCode.NOT_READY, entry=CODE))


def _shut(
    name: str, groups: Iterable[Mapping[str, Any]], block: str, port: int, region: str
) -> Barred:
    listed = [f"{each['GroupId']} ({each['GroupName']})" for each in groups]
    first = listed[0].partition(" ")[0]
    command = (
        f"aws ec2 authorize-security-group-ingress --group-id {first} --protocol tcp --port {port} "
        f"--cidr {block} --region {region}"
    )
    may = "Let the wizard add one rule, for the agent alone (--open-database yes), or a"
    yourself = f"dd one for the VPC with `{command}`, or {INSTEAD}."
    fix = f"{may}{yourself}" if port == POSTGRESQL else f"A{yourself}"
    groups_are = "security group" if len(listed) == 1 else "security groups"
    what = f"The cluster {name} does not let the agent in: its {groups_are}, {', '.join(listed)}"
    error = WizardError(
        f"{what}, would have to.",
        f"No rule there allows port {port} from the default VPC.",
        fix,
        ExitCode.NOT_READY,
        entry=CODE,
    )
    return Barred("open_database", error)


def _lets_in(groups: Iterable[Mapping[str, Any]], block: str, port: int) -> bool:
    """Whether some rule lets every address of the VPC in."""
    whole = ip_network(block)
    rules = (rule for group in groups for rule in group.get("IpPermissions") or [])
    return any(
        whole.subnet_of(ip_network(each["CidrIp"]))  # type: ignore[arg-type]
        for rule in rules
        if rule["IpProtocol"] == "-1"
        or (rule["IpProtocol"] == "tcp" and rule["FromPort"] <= port <= rule["ToPort"])
        for each in rule.get("IpRanges") or []
    )


def before(call: AwsCall, answers: Answers) -> dict[str, Any]:
    """What earlier runs opened, as `PlanInputs`; nothing where AWS refuses to say."""
    names = Names(answers.name, answers.host)
    if not offer(answers.host).in_vpc:
        return {}
    try:
        wanted = _wanted(call, names, answers)
        found = [each for each in opened(call, names) if each["GroupId"] not in wanted]
        read = not answers.direct and _reads(call, names)
    except (AwsError, WizardError):
        return {}
    return {"opened": tuple(each["GroupId"] for each in found), "password_read": read}


def opened(call: AwsCall, names: Names) -> list[Mapping[str, Any]]:
    """Security groups with a rule of ours that lets the agent in. Raises AwsError."""
    own = _named(call, task_group_name(names))
    if not own:
        return []
    ids = [each["GroupId"] for each in own]
    filters = [{"Name": "ip-permission.group-id", "Values": ids}]
    found = call("ec2", "DescribeSecurityGroups", {"Filters": filters})["SecurityGroups"]
    return [each for each in found if any(_of_ours(rule, ids) for rule in each["IpPermissions"])]


def _of_ours(rule: Mapping[str, Any], agents: list[str]) -> bool:
    named = rule.get("UserIdGroupPairs") or []
    return any(each.get("GroupId") in agents and each.get("Description") == OURS for each in named)


def own_group(call: AwsCall, names: Names) -> bool:
    """Whether there is a security group of ours for the deployment's own cluster."""
    return bool(_named(call, names.cluster))


def _named(call: AwsCall, name: str) -> list[Mapping[str, Any]]:
    filters = [{"Name": "group-name", "Values": [name]}]
    found = call("ec2", "DescribeSecurityGroups", {"Filters": filters})["SecurityGroups"]
    return [each for each in found if ours(pairs(each.get("Tags")))]


def _wanted(call: AwsCall, names: Names, answers: Answers) -> set[str]:
    if not answers.direct:
        return set()
    if answers.new_database:
        return {each["GroupId"] for each in _named(call, names.cluster)}
    cluster = {"DBClusterIdentifier": answers.cluster_arn}
    (found,) = call("rds", "DescribeDBClusters", cluster)["DBClusters"]
    return {each["VpcSecurityGroupId"] for each in found.get("VpcSecurityGroups") or []}


def _reads(call: AwsCall, names: Names) -> bool:
    role = names.roles.get("execution-role")
    if role is None:
        return False
    policies = call("iam", "ListRolePolicies", {"RoleName": role})["PolicyNames"]
    return policy_name(names.deployment) in policies
