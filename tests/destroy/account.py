"""Everything of an account that a deployment could touch, as plain data to be compared."""

from typing import Any

from tests.support.standin import REGION, client

PASSING = {
    "ResponseMetadata",
    "LastAccessedDate",
    "LastChangedDate",
    "RoleLastUsed",
    "EarliestRestorableTime",
    "LatestRestorableTime",
}
"""Members that say when somebody looked."""


def everything(region: str = REGION) -> dict[str, Any]:
    """Every resource of the region, in full, by kind."""
    runner, rds, iam = client("apprunner", region), client("rds", region), client("iam")
    roles = [role for role in iam.list_roles()["Roles"] if "aws-service-role" not in role["Arn"]]
    found = {
        "services": runner.list_services()["ServiceSummaryList"],
        "scalings": runner.list_auto_scaling_configurations()[
            "AutoScalingConfigurationSummaryList"
        ],
        "clusters": rds.describe_db_clusters()["DBClusters"],
        "instances": rds.describe_db_instances()["DBInstances"],
        "snapshots": rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"],
        "secrets": client("secretsmanager", region).list_secrets(IncludePlannedDeletion=True)[
            "SecretList"
        ],
        "repositories": client("ecr", region).describe_repositories()["repositories"],
        "logs": client("logs", region).describe_log_groups()["logGroups"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "roles": [
            {
                **role,
                "attached": iam.list_attached_role_policies(RoleName=role["RoleName"])[
                    "AttachedPolicies"
                ],
                "inline": iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"],
            }
            for role in roles
        ],
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key not in PASSING}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


NAMES = {
    "services": "ServiceName",
    "clusters": "DBClusterIdentifier",
    "instances": "DBInstanceIdentifier",
    "secrets": "Name",
    "repositories": "repositoryName",
    "logs": "logGroupName",
    "policies": "PolicyName",
    "roles": "RoleName",
}


def names(found: dict[str, Any]) -> dict[str, set[str]]:
    """The names of everything, by kind."""
    return {kind: {each[key] for each in found[kind]} for kind, key in NAMES.items()}
