"""What the account has to choose from: clusters, secrets, policies; why one is unfit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from wizard.answers.questions.lists import Cluster, Policy, StoredSecret
from wizard.base.account_plan import AccountPlan, read
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.offer import known_hosts, offer
from wizard.catalogue import closes, explain
from wizard.engine.account.asking import ours, pairs
from wizard.hosts.host import host
from wizard.plan.resources.cluster import AGENTS_SECRETS, DEAD_ENDS, ENGINE
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
