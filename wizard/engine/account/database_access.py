"""How agents get to databases: which security groups let one in, and whose databases they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_VALUE, Names
from wizard.base.offer import offer
from wizard.engine.account.asking import ours, pairs
from wizard.local.formae.config import datastore
from wizard.plan.resources.network import OURS, POSTGRESQL, task_group_name
from wizard.plan.resources.secrets import policy_name
from wizard.plan.resources.subnets import own_groups
from wizard.plan.world import AwsCall

CODE = "FW-RDS-014"

INSTEAD = "use the Data API (--datastore data-api)"


@dataclass(frozen=True, slots=True)
class Barred:
    """Why the agent would not get to a cluster of others, and beside which question it is told."""

    key: str
    problem: WizardError


def barred(
    call: AwsCall,
    cluster_arn: str,
    region: str,
    subnets: Sequence[str] = (),
    *,
    may_open: bool = False,
) -> Barred | None:
    """What keeps an agent in these subnets' VPC from the cluster; None where nothing does.

    Without subnets it is in the default VPC. `may_open` is whether a rule may be added to the
    cluster's security group. Read calls only; raises AwsError, and says nothing of a cluster or
    of subnets that are not there.
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
    vpcs = _vpcs(call, subnets)
    if not vpcs:
        return None  # the plan says so
    theirs, mine = groups[0]["VpcId"], vpcs[0]["VpcId"]
    if theirs != mine:
        whose = "the VPC of your subnets" if subnets else "the default VPC"
        return _elsewhere(
            f"The cluster {name} is in {theirs}, but the agent runs in {whose}, {mine}."
        )
    port = int(cluster.get("Port") or POSTGRESQL)
    if (may_open and port == POSTGRESQL) or _lets_in(groups, vpcs[0]["CidrBlock"], port):
        return None
    return _shut(name, groups, vpcs[0]["CidrBlock"], port, region)


def _vpcs(call: AwsCall, subnets: Sequence[str]) -> Any:
    """The VPC of the subnets, or the default one; an empty list where there is none."""
    chosen: dict[str, Any] = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    if subnets:
        here = {"Filters": [{"Name": "subnet-id", "Values": [*subnets]}]}
        ids = {each["VpcId"] for each in call("ec2", "DescribeSubnets", here)["Subnets"]}
        if len(ids) != 1:
            return []
        chosen = {"Filters": [{"Name": "vpc-id", "Values": [*ids]}]}
    return call("ec2", "DescribeVpcs", chosen)["Vpcs"]


def _elsewhere(what: str) -> Barred:
    fix = f"Choose subnets of the cluster's VPC (--subnets), another cluster, or {INSTEAD}."
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
        f"No rule there allows port {port} from the agent's VPC.",
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


def placed_elsewhere(
    call: AwsCall, names: Names, subnets: Sequence[str], *, direct: bool
) -> WizardError | None:
    """That the deployment is in another VPC than these subnets', or than the default one.

    `direct` is whether its agent has to be in the VPC of its own cluster. Read calls only; raises
    AwsError, and says nothing of subnets that are not there.
    """
    vpcs = _vpcs(call, subnets)
    if not vpcs:
        return None
    asked = own_groups(names)
    groups = call(asked.service, asked.operation, asked.params)["SecurityGroups"]
    theirs = {each["VpcId"] for each in groups}
    if direct and not theirs:
        theirs = _vpc_of_cluster(call, names.cluster)
    mine = vpcs[0]["VpcId"]
    if theirs <= {mine}:
        return None
    there = ", ".join(sorted(theirs - {mine}))
    return WizardError(
        f"The deployment “{names.deployment}” is in {there}, but the subnets are in {mine}.",
        "AWS moves neither security groups nor a database from one VPC to another.",
        f"Choose subnets of {there} (--subnets), or destroy the deployment first; its database can "
        "be kept as a snapshot.",
        ExitCode.NOT_READY,
        entry=CODE,
    )


def _vpc_of_cluster(call: AwsCall, name: str) -> set[str]:
    """The VPC of the deployment's own cluster; none where it is in none, or not there."""
    try:
        (found,) = call("rds", "DescribeDBClusters", {"DBClusterIdentifier": name})["DBClusters"]
    except AwsError as error:
        if error.not_there:
            return set()
        raise
    ids = [each["VpcSecurityGroupId"] for each in found.get("VpcSecurityGroups") or []]
    if not ids:
        return set()
    groups = call("ec2", "DescribeSecurityGroups", {"GroupIds": ids})["SecurityGroups"]
    return {each["VpcId"] for each in groups}


def before(call: AwsCall, answers: Answers) -> dict[str, Any]:
    """What earlier runs opened, as `PlanInputs`; nothing where AWS refuses to say."""
    names = Names(answers.name, answers.host)
    if not offer(answers.host).in_vpc:
        return {}
    try:
        wanted = _wanted(call, names, answers)
        found = [each for each in opened(call, names) if each["GroupId"] not in wanted]
        read = not answers.direct and _reads(call, names)
        data_api = answers.direct and _may_use_data_api(call, names)
    except (AwsError, WizardError):
        return {}
    return {
        "opened": tuple(each["GroupId"] for each in found),
        "password_read": read,
        "data_api_before": data_api,
    }


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


def _may_use_data_api(call: AwsCall, names: Names) -> bool:
    policy = {"RoleName": names.instance_role, "PolicyName": names.runtime_policy}
    try:
        return "rds-data:" in json.dumps(call("iam", "GetRolePolicy", policy)["PolicyDocument"])
    except AwsError as error:
        if error.not_there:
            return False
        raise


CONFIG = "-config"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A deployment, and where its agent keeps its state."""

    deployment: str
    cluster: str
    """ARN of the cluster; empty where its config cannot be read."""
    database: str
    """Name of the database in it; empty where its config cannot be read."""

    def has(self, cluster: str, database: str) -> bool:
        """Whether that database may be its own: unknown is not free in a cluster of its making."""
        if not self.cluster:
            return cluster.endswith(f":cluster:{Names(self.deployment).cluster}")
        return (self.cluster, self.database) == (cluster, database)


def tenants(call: AwsCall) -> list[Tenant]:
    """Every deployment of ours in the region, the one being asked for as well.

    Read calls only. Raises AwsError or WizardError where the secrets may not be listed.
    """
    params = {"Filters": [{"Key": "tag-value", "Values": [TAG_VALUE]}]}
    listed = call("secretsmanager", "ListSecrets", params)["SecretList"]
    configs = [
        each["Name"]
        for each in listed
        if each["Name"].endswith(CONFIG) and ours(pairs(each.get("Tags")))
    ]
    return list(fan_out({name: partial(_tenant, call, name) for name in configs}).values())


def _tenant(call: AwsCall, secret: str) -> Tenant:
    name = secret.removesuffix(CONFIG)
    try:
        text = call("secretsmanager", "GetSecretValue", {"SecretId": secret}).get("SecretString")
    except (AwsError, WizardError):
        return Tenant(name, "", "")
    found = datastore(text or "")
    return Tenant(name, found.cluster, found.database) if found else Tenant(name, "", "")


def taken(found: Iterable[Tenant], name: str, cluster: str, database: str) -> WizardError | None:
    """Why the deployment `name` cannot have that database: another one's agent uses it."""
    others = (each for each in found if each.deployment != name)
    other = next((each for each in others if each.has(cluster, database)), None)
    if other is None:
        return None
    return WizardError(
        f"The database {database} in {cluster.rpartition(':')[2]} belongs to the deployment "
        f"“{other.deployment}”.",
        "Two agents in one database take each other's state for their own.",
        "Choose another name for the database (--database-name), or another cluster.",
        entry="FW-RDS-013",
    )
