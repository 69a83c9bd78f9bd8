"""What the account has to choose from: clusters, secrets, policies; why one is unfit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from wizard.failures.errors import AwsError, WizardError
from wizard.failures.problems import explain
from wizard.plan.sections.cluster import DEAD_ENDS, ENGINE
from wizard.runs.tools import AwsCall


@dataclass(frozen=True, slots=True)
class Cluster:
    """An Aurora or RDS cluster. `unfit` says why the agent cannot use it; empty when it can."""

    arn: str
    name: str
    engine: str
    version: str
    status: str
    data_api: bool
    secret_arn: str
    """The secret RDS keeps for its master user; empty where it keeps none."""
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret of the region."""

    arn: str
    name: str
    about: str = ""
    """What its owner wrote about it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A managed policy. `about` is what matters for the choice, `unfit` why it cannot be one."""

    arn: str
    name: str
    about: str
    unfit: str = ""


AWS_POLICIES = (
    Policy("arn:aws:iam::aws:policy/PowerUserAccess", "PowerUserAccess", "everything but IAM"),
    Policy("arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess", "reads everything"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "ViewOnlyAccess",
        "lists everything, reads no contents",
    ),
    Policy("arn:aws:iam::aws:policy/SecurityAudit", "SecurityAudit", "reads configuration"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/NetworkAdministrator",
        "NetworkAdministrator",
        "networks, load balancers, DNS",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
        "DatabaseAdministrator",
        "databases and what is around them",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
        "SystemAdministrator",
        "servers, storage, monitoring",
    ),
    Policy(
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "AdministratorAccess",
        "everything, IAM too: an administrator",
    ),
)
"""AWS's managed policies that are made for jobs; every account has them, so nobody is asked."""


def clusters(call: AwsCall) -> list[Cluster]:
    """Every cluster of the region, fit ones first. Raises WizardError."""
    found = _asked(call, "rds", "DescribeDBClusters")["DBClusters"]
    return sorted((_cluster(each) for each in found), key=lambda each: (each.unfit, each.name))


def secrets(call: AwsCall) -> list[StoredSecret]:
    """Every secret of the region by name, without its value. Raises WizardError."""
    found = _asked(call, "secretsmanager", "ListSecrets")["SecretList"]
    rows = [StoredSecret(each["ARN"], each["Name"], each.get("Description", "")) for each in found]
    return sorted(rows, key=lambda each: each.name)


def policies(call: AwsCall) -> list[Policy]:
    """The managed policies the account's people wrote, by name. Raises WizardError."""
    found = _asked(call, "iam", "ListPolicies", {"Scope": "Local"})["Policies"]
    return sorted((_policy(each) for each in found), key=lambda each: (each.unfit, each.name))


def _policy(found: Mapping[str, Any]) -> Policy:
    uses = found.get("AttachmentCount", 0)
    used = f"attached {uses} time{'s' * (uses != 1)}" if uses else "attached nowhere"
    changed = str(found.get("UpdateDate", ""))[:10]
    return Policy(
        arn=found["Arn"],
        name=found["PolicyName"],
        about=", ".join(filter(None, (used, changed and f"changed {changed}"))),
        unfit="" if found.get("IsAttachable", True) else "AWS lets nobody attach it",
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
        return explain(error, "Trying the cluster with its secret")
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
    )


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
        raise explain(error, "Looking what is there") from None


def alias(call: AwsCall) -> str:
    """The account's alias; empty where it has none, or may not be asked: its number says enough."""
    try:
        aliases = call("iam", "ListAccountAliases", {})["AccountAliases"]
    except (AwsError, WizardError):
        return ""
    return str(aliases[0]) if aliases else ""
