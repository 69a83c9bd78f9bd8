"""What the account has that can be chosen: clusters and secrets, with the reason where unfit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.errors import AwsError, WizardError
from wizard.plan.sections.cluster import DEAD_ENDS, ENGINE
from wizard.problems import explain

AwsCall = Callable[[str, str, Mapping[str, Any]], Any]


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
class Secret:
    """A secret of the region."""

    arn: str
    name: str


def clusters(call: AwsCall) -> list[Cluster]:
    """Every cluster of the region, fit ones first. Raises WizardError."""
    found = _asked(call, "rds", "DescribeDBClusters")["DBClusters"]
    return sorted((_cluster(each) for each in found), key=lambda each: (each.unfit, each.name))


def secrets(call: AwsCall) -> list[Secret]:
    """Every secret of the region by name, without its value. Raises WizardError."""
    found = _asked(call, "secretsmanager", "ListSecrets")["SecretList"]
    rows = [Secret(each["ARN"], each["Name"]) for each in found]
    return sorted(rows, key=lambda each: each.name)


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


def _asked(call: AwsCall, service: str, operation: str) -> Any:
    try:
        return call(service, operation, {})
    except AwsError as error:
        raise explain(error, "Looking what is there") from None
