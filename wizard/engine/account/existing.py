"""What the account has to choose from: subnets, clusters, secrets; why one is unfit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from wizard.answers.questions.lists import (
    Cluster,
    KeptSnapshot,
    Policy,
    StoredSecret,
    Subnet,
)
from wizard.base.account_plan import AccountPlan, read
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import Names
from wizard.base.offer import known_hosts, offer
from wizard.catalogue import closes, explain
from wizard.engine.account.asking import ours, pairs
from wizard.hosts.host import host
from wizard.plan.resources.cluster import AGENTS_SECRETS, DEAD_ENDS, ENGINE
from wizard.plan.resources.new_cluster import MASTER_USER
from wizard.plan.resources.subnets import ROOM
from wizard.plan.world import AwsCall


def clusters(call: AwsCall) -> list[Cluster]:
    """Every cluster of the region, fit ones first. Raises WizardError."""
    found = _asked(call, "rds", "DescribeDBClusters")["DBClusters"]
    return sorted((_cluster(each) for each in found), key=lambda each: (each.unfit, each.name))


def secrets(call: AwsCall) -> list[StoredSecret]:
    """Every secret of the region by name, without its value. Raises WizardError.

    But for those that hold an agent's password or its config: a database has other ones.
    """
    found = _asked(call, "secretsmanager", "ListSecrets")["SecretList"]
    rows = [
        StoredSecret(each["ARN"], each["Name"], each.get("Description", ""))
        for each in found
        if not (each["Name"].endswith(AGENTS_SECRETS) and ours(pairs(each.get("Tags"))))
    ]
    return sorted(rows, key=lambda each: each.name)


def policies(call: AwsCall) -> list[Policy]:
    """The managed policies the account's people wrote, by name. Raises WizardError."""
    found = _asked(call, "iam", "ListPolicies", {"Scope": "Local"})["Policies"]
    return sorted((_policy(each) for each in found), key=lambda each: (each.unfit, each.name))


def _policy(found: Mapping[str, Any]) -> Policy:
    uses = found.get("AttachmentCount", 0)
    used = f"attached {uses} time{'s' * (uses != 1)}" if uses else "not attached"
    changed = str(found.get("UpdateDate", ""))[:10]
    return Policy(
        arn=found["Arn"],
        name=found["PolicyName"],
        about=", ".join(filter(None, (used, changed and f"changed {changed}"))),
        unfit="" if found.get("IsAttachable", True) else "AWS does not allow attaching it",
    )


def subnets(call: AwsCall) -> list[Subnet]:
    """Every subnet of the region, by VPC and zone, the default VPC's first. Raises WizardError."""
    asks = {
        name: partial(_asked, call, "ec2", f"Describe{name}")
        for name in ("Vpcs", "Subnets", "RouteTables")
    }
    found = {name: answer[name] for name, answer in fan_out(asks).items()}
    vpcs = {each["VpcId"]: each for each in found["Vpcs"]}
    ordered = sorted(
        found["Subnets"],
        key=lambda each: (
            not vpcs.get(each["VpcId"], {}).get("IsDefault"),
            each["VpcId"],
            each["AvailabilityZone"],
            each["SubnetId"],
        ),
    )
    return [_subnet(each, vpcs, found["RouteTables"]) for each in ordered]


def _subnet(found: Any, vpcs: Mapping[str, Any], tables: Iterable[Any]) -> Subnet:
    vpc = vpcs.get(found["VpcId"], {})
    named = "default" if vpc.get("IsDefault") else pairs(vpc.get("Tags")).get("Name", "")
    gates = [
        str(each.get("GatewayId") or "")
        for each in _routes(found, tables)
        if each.get("DestinationCidrBlock") == "0.0.0.0/0" and each.get("State") != "blackhole"
    ]
    unfit = ""
    if found["AvailableIpAddressCount"] < ROOM:
        unfit = f"it has fewer than {ROOM} free addresses"
    return Subnet(
        id=found["SubnetId"],
        name=pairs(found.get("Tags")).get("Name", ""),
        vpc=f"{found['VpcId']} ({named})" if named else found["VpcId"],
        zone=found["AvailabilityZone"],
        free=found["AvailableIpAddressCount"],
        public=any(each.startswith("igw-") for each in gates),
        isolated=not gates,
        unfit=unfit,
    )


def _routes(subnet: Any, tables: Iterable[Any]) -> list[Any]:
    """The routes of the subnet's own table, or else of its VPC's main one."""
    here = [
        (each, table["Routes"])
        for table in tables
        if table["VpcId"] == subnet["VpcId"]
        for each in table["Associations"]
    ]
    own = [routes for each, routes in here if each.get("SubnetId") == subnet["SubnetId"]]
    main = [routes for each, routes in here if each.get("Main")]
    return [each for routes in (own or main)[:1] for each in routes]


def private_subnets(call: AwsCall) -> frozenset[str]:
    """The subnets of the region that have no route to an internet gateway, where AWS tells."""
    try:
        return frozenset(each.id for each in subnets(call) if not each.public)
    except WizardError:
        return frozenset()


def access_problem(call: AwsCall, cluster_arn: str, secret_arn: str) -> WizardError | None:
    """Send one statement with the secret, as the agent will; why it was refused, or None."""
    params = {
        "resourceArn": cluster_arn,
        "secretArn": secret_arn,
        "database": "postgres",
        "sql": "SELECT 1",
    }
    try:
        call("rds-data", "ExecuteStatement", params)
    except AwsError as error:
        return explain(error, "Testing the cluster with its secret")
    return None


def own_cluster(call: AwsCall, names: Names) -> Mapping[str, Any] | None:
    """The deployment's own cluster; None where there is none, or AWS does not say."""
    try:
        found = call("rds", "DescribeDBClusters", {"DBClusterIdentifier": names.cluster})
    except (AwsError, WizardError):
        return None
    return next(iter(found["DBClusters"]), None)


def snapshots(call: AwsCall) -> list[KeptSnapshot]:
    """The region's snapshots of agents' databases, the newest first. Raises WizardError."""
    asked = {"SnapshotType": "manual"}
    found = _asked(call, "rds", "DescribeDBClusterSnapshots", asked)["DBClusterSnapshots"]
    rows = (
        KeptSnapshot(
            name=each["DBClusterSnapshotIdentifier"],
            deployment=each["DBClusterIdentifier"].removesuffix("-db"),
            version=each.get("EngineVersion", ""),
            made=str(each.get("SnapshotCreateTime", ""))[:16].replace("T", " "),
            unfit=_unrestorable(each)[0].rstrip("."),
        )
        for each in found
        if _an_agents(each)
    )
    return sorted(rows, key=lambda each: each.made, reverse=True)


def _an_agents(snapshot: Mapping[str, Any]) -> bool:
    """Whether it is of a cluster of the wizard's, by its tag or, without tags, by its names."""
    cluster, name = snapshot["DBClusterIdentifier"], snapshot["DBClusterSnapshotIdentifier"]
    named = cluster.endswith("-db") and name.startswith(f"{cluster}-final-")
    return named or ours(pairs(snapshot.get("TagList")))


def restoring(call: AwsCall, region: str, name: str, snapshot: str) -> WizardError | None:
    """What keeps a snapshot from being restored; None where nothing does.

    Nothing does where the deployment called `name` has its cluster already: the plan says what
    that means. Read calls only; raises AwsError.
    """
    if own_cluster(call, Names(name)):
        return None
    asked: dict[str, Any] = {"DBClusterSnapshotIdentifier": snapshot}
    if snapshot.startswith("arn:"):
        asked["IncludeShared"] = True
    try:
        found = call("rds", "DescribeDBClusterSnapshots", asked)["DBClusterSnapshots"]
    except AwsError as error:
        if not error.not_there:
            raise
        found = []
    if not found:
        why, fix = "does not exist", f"Choose one in {region}, or an empty database."
    else:
        why, fix = _unrestorable(found[0])
        if not why:
            why, fix = _locked(call, found[0])
    if not why:
        return None
    what = f"The snapshot {snapshot.rpartition(':cluster-snapshot:')[2]} {why}."
    return WizardError(what, "", fix, ExitCode.NOT_READY, entry="FW-RDS-020")


def _unrestorable(snapshot: Mapping[str, Any]) -> tuple[str, str]:
    """Why it cannot be restored, after its name, and what helps; empty where nothing is wrong."""
    status, user = snapshot["Status"], snapshot.get("MasterUsername")
    source, done = snapshot["DBClusterSnapshotArn"], snapshot.get("PercentProgress", 0)
    copy = (
        "Copy it first: `aws rds copy-db-cluster-snapshot --source-db-cluster-snapshot-identifier "
        f"{source} --target-db-cluster-snapshot-identifier agents-copy --kms-key-id alias/aws/rds`."
    )
    agents = "Choose a snapshot of an agent's database"
    reasons = (
        (snapshot["Engine"] != ENGINE, f"is of {snapshot['Engine']}", f"{agents}: {ENGINE}."),
        (
            status == "creating",
            f"is still being created ({done}%)",
            "Wait until it is available, then try again.",
        ),
        (
            status != "available",
            f"is {status}",
            "Check it in the RDS console, or choose another one.",
        ),
        (
            user != MASTER_USER,
            f"has the master user {user}",
            f"{agents}: those have {MASTER_USER}, and AWS does not rename it.",
        ),
        (
            snapshot.get("SnapshotType") == "shared",
            "belongs to another account, from which AWS restores no encrypted one",
            copy,
        ),
        (
            not snapshot.get("StorageEncrypted"),
            "is not encrypted, and the agent's database is",
            copy,
        ),
    )
    return next(((why, fix) for wrong, why, fix in reasons if wrong), ("", ""))


def _locked(call: AwsCall, snapshot: Mapping[str, Any]) -> tuple[str, str]:
    """That its key cannot be used; who may not ask about keys is told by the restoring."""
    key = snapshot.get("KmsKeyId")
    if not key:
        return "", ""
    try:
        state = call("kms", "DescribeKey", {"KeyId": key})["KeyMetadata"]["KeyState"]
    except AwsError as error:
        state = "gone" if error.not_there else "Enabled"
    if state == "Enabled":
        return "", ""
    return (
        f"is encrypted with a key that cannot be used: {key} is {state}",
        "Enable the key in the KMS console, or choose another snapshot.",
    )


def _cluster(found: Mapping[str, Any]) -> Cluster:
    return Cluster(
        arn=found["DBClusterArn"],
        name=found["DBClusterIdentifier"],
        engine=found["Engine"],
        version=found.get("EngineVersion", ""),
        status=found["Status"],
        data_api=bool(found.get("HttpEndpointEnabled")),
        secret_arn=found.get("MasterUserSecret", {}).get("SecretArn", ""),
        unfit=_unfit(found),
        deployment=_deployment(found),
    )


def _deployment(found: Mapping[str, Any]) -> str:
    """Whose the cluster is, by its tag and name; empty where the wizard did not make it."""
    name = str(found["DBClusterIdentifier"])
    return name.removesuffix("-db") if ours(pairs(found.get("TagList"))) else ""


def _unfit(found: Mapping[str, Any]) -> str:
    if found["Engine"] != ENGINE:
        return f"its engine is {found['Engine']}; the agent needs Aurora PostgreSQL"
    if found["Status"] in DEAD_ENDS:
        return f"it is {found['Status']}"
    if not found.get("DBClusterMembers"):
        return "it has no instance"
    return ""


def _asked(
    call: AwsCall, service: str, operation: str, params: Mapping[str, Any] = MappingProxyType({})
) -> Any:
    try:
        return call(service, operation, dict(params))
    except AwsError as error:
        raise explain(error, "Checking what exists") from None


def alias(call: AwsCall) -> str:
    """The account's alias; empty where it has none, or may not be asked: its number says enough."""
    try:
        aliases = call("iam", "ListAccountAliases", {})["AccountAliases"]
    except (AwsError, WizardError):
        return ""
    return str(aliases[0]) if aliases else ""


PLAN_LIMIT = 3.0
"""Seconds that AWS has to say what the account's plan is; nobody waits longer for it."""


def account_plan(call: AwsCall) -> AccountPlan | None:
    """How the account pays AWS; None where AWS does not say, may not be asked, or is silent.

    Accounts that are older than the Free plan may have none.
    """
    return fan_out({"": partial(_account_plan, call)}, limit=PLAN_LIMIT).get("")


def _account_plan(call: AwsCall) -> AccountPlan | None:
    try:
        return read(call("freetier", "GetAccountPlanState", {}))
    except (AwsError, WizardError):
        return None


def no_network(call: AwsCall) -> str:
    """Why a new database has no VPC to go into, as a clause; empty where it has, or no one says."""
    default = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    try:
        found = call("ec2", "DescribeVpcs", default)["Vpcs"]
    except (AwsError, WizardError):
        return ""
    return "" if found else "the region has no default VPC"


def closed_hosts(call: AwsCall) -> frozenset[str]:
    """The hosts, by their keys, that AWS closes to the account; what it refuses otherwise is open.

    A read call for each that may be closed.
    """
    return frozenset(key for key in known_hosts() if offer(key).closed and _is_closed(call, key))


def _is_closed(call: AwsCall, key: str) -> bool:
    asked, _ = host(key).open_to()
    try:
        call(asked.service, asked.operation, asked.params)
    except AwsError as error:
        return closes(error)
    return False
