"""What a new and an existing cluster have in common."""

from __future__ import annotations

from wizard.base.values import Ref, Value
from wizard.plan.model import Before, Call, Count, Look, Quota, Refusal, Retry

CLUSTER_ARN = Ref("cluster", "arn")
SECRET_ARN = Ref("database-secret", "arn")
ENGINE = "aurora-postgresql"
DEAD_ENDS = frozenset(
    {
        "deleting",
        "deleted",
        "failed",
        "stopping",
        "stopped",
        "incompatible-restore",
        "incompatible-parameters",
        "incompatible-network",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "storage-full",
    }
)


def look_cluster(identifier: Value) -> Look:
    """Finds a cluster by its name or ARN."""
    return Look(
        call=Call(
            service="rds",
            operation="DescribeDBClusters",
            params={"DBClusterIdentifier": identifier},
        ),
        pick="DBClusters[0]",
        absent=frozenset({"DBClusterNotFoundFault"}),
    )


def rds_quota(kind: str, name: str) -> Quota:
    """What RDS counts under that name, of its own account attributes."""
    call = Call(service="rds", operation="DescribeAccountAttributes", params={})
    found = f"AccountQuotas[?AccountQuotaName=='{name}'] | [0]"
    return Quota(
        kind=kind,
        used=Count(call=call, path=f"{found}.Used"),
        limit=Count(call=call, path=f"{found}.Max"),
    )


def while_busy() -> Retry:
    """A cluster takes one change at a time."""
    return Retry(
        pattern="^InvalidDBClusterStateFault",
        say="the cluster is busy with another change",
        every=15,
        limit=900,
    )


def other_major(name: str, wanted: str) -> Refusal:
    """Minor versions come and go by themselves; another major is a decision, and an outage."""
    major = wanted.partition(".")[0]
    return Refusal(
        f"!starts_with(EngineVersion, '{major}.')",
        f"The cluster {name} is there already, with another major version of PostgreSQL than "
        f"{major}, and the wizard does not upgrade one.",
        "Upgrade it yourself, which takes the agent down for some minutes (`aws rds "
        "modify-db-cluster --allow-major-version-upgrade`), leave the version as it is "
        "(--engine-version), or choose another name for the deployment (--name).",
    )


def started(cluster: Value, status: str) -> Before:
    """What must be done to a stopped cluster, or to what is in it, before it can go."""
    return Before(
        path=f"{status}=='stopped'",
        what="it is stopped, and AWS removes no stopped database: it is started first",
        call=Call(
            service="rds", operation="StartDBCluster", params={"DBClusterIdentifier": cluster}
        ),
    )


def any_of(path: str, words: tuple[str, ...]) -> str:
    """JMESPath: `path` is one of these words."""
    return " || ".join(f"{path}=='{word}'" for word in words)
