"""Aurora's express configuration: what it refuses at creation, and what it makes by itself."""

import secrets
from dataclasses import replace
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.rds import rules, versions
from wizard.standin.rds.gateway import Gateways
from wizard.standin.rds.lives import ClusterLife, InstanceLife, Lives
from wizard.standin.world import World

LACKING = ("cn-", "us-gov-", "me-central-1", "me-south-1")
"""Regions without it, by their beginnings."""
REFUSED = (
    "DatabaseName",
    "MasterUserPassword",
    "ManageMasterUserPassword",
    "EnableHttpEndpoint",
    "EngineVersion",
    "KmsKeyId",
    "StorageEncrypted",
    "Port",
    "DBClusterParameterGroupName",
    "DBSubnetGroupName",
    "VpcSecurityGroupIds",
)
SCALING = {"MinCapacity": 0.0, "MaxCapacity": 16.0, "SecondsUntilAutoPause": 300}
"""What a cluster scales between where nobody says."""


def create(world: World, lives: Lives, call: Call) -> dict[str, Any]:
    """Cluster and writer in one call; the answer is moto's for the cluster."""
    params = _checked(call)
    name = params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
    password = secrets.token_urlsafe(24)  # nobody knows it: the gateway alone signs in with it
    params |= {
        "EngineVersion": versions.resolve(None),
        "MasterUserPassword": password,
        "DBClusterParameterGroupName": f"default.aurora-postgresql{versions.DEFAULT_MAJOR}",
        "StorageEncrypted": True,
        "EnableIAMDatabaseAuthentication": True,
    }
    cluster: dict[str, Any] = world.moto.ask(call, params)["DBCluster"]
    writer = f"{name}-{secrets.token_hex(4)}"
    own = {
        "DBInstanceIdentifier": writer,
        "DBClusterIdentifier": name,
        "DBInstanceClass": "db.serverless",
        "Engine": versions.ENGINE,
    }
    world.moto.ask(replace(call, operation="CreateDBInstance", params=own), own)
    now, arn, user = world.clock.now(), cluster["DBClusterArn"], params["MasterUsername"]
    world.databases.create(arn, user, password, "")
    life = ClusterLife(arn=arn, created=now, master=user, password=password, tokens=True)
    lives.clusters[call.region, name] = life
    lives.instances[call.region, writer] = InstanceLife(cluster=name, created=now, express=True)
    return cluster


def _checked(call: Call) -> dict[str, Any]:
    params = {"MasterUsername": "postgres", **call.params}
    del params["WithExpressConfiguration"]
    check_region(call.region)
    if given := [name for name in REFUSED if params.get(name) is not None]:
        raise AwsError(
            "InvalidParameterCombination",
            f"{given[0]} isn't supported when creating a cluster with express configuration.",
        )
    params.setdefault("ServerlessV2ScalingConfiguration", SCALING)
    rules.check_cluster(params, password=False)
    return params


def check_region(region: str) -> None:
    """Raise where there is no gateway to the internet."""
    if region.startswith(LACKING):
        raise AwsError(
            "InvalidParameterValue", f"Express configuration is not supported in {region}."
        )


def check_change(life: ClusterLife, params: dict[str, Any]) -> None:
    """What ModifyDBCluster refuses of a cluster that admits tokens only."""
    kind = params.get("MasterUserAuthenticationType")
    if life.tokens and params.get("MasterUserPassword") and kind != "password":
        raise AwsError(
            "InvalidParameterCombination",
            "You can't specify MasterUserPassword while the master user signs in with IAM.",
        )
    if life.express and (
        params.get("MasterUserPassword")
        or kind == "password"
        or params.get("ManageMasterUserPassword")
        or params.get("EnableIAMDatabaseAuthentication") is False
    ):
        raise AwsError(
            "InvalidParameterCombination",
            "Password authentication isn't supported for clusters with an internet access gateway.",
        )


def shown(gateways: Gateways, life: ClusterLife, region: str, cluster: dict[str, Any]) -> None:
    """What DescribeDBClusters shows of it besides; its address is on this machine."""
    host, port = gateways.address(life, region, cluster["DbClusterResourceId"])
    cluster |= {
        "Endpoint": host,
        "Port": port,
        "InternetAccessGatewayEnabled": True,
        "VPCNetworkingEnabled": False,
        "IAMDatabaseAuthenticationEnabled": True,
        "VpcSecurityGroups": [],
    }
