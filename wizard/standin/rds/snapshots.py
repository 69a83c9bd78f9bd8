"""Snapshots of clusters: they hold the data, and a new cluster is restored from one."""

import secrets
from typing import Any

from wizard.standin import freetier
from wizard.standin.call import AwsError, Call
from wizard.standin.rds import express, rules, versions
from wizard.standin.rds.lives import ClusterLife, Lives, SnapshotLife
from wizard.standin.world import Operation, World

TAKEN = ("ServerlessV2ScalingConfiguration", "Tags", "CopyTagsToSnapshot")
GATEWAY, VPC = "EnableInternetAccessGateway", "EnableVPCNetworking"


class Snapshots:
    """The operations on snapshots that differ from moto's, and the restoring."""

    def __init__(self, world: World, lives: Lives) -> None:
        self._world = world
        self._lives = lives

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateDBClusterSnapshot": self._create,
            "DescribeDBClusterSnapshots": self._describe,
            "DeleteDBClusterSnapshot": self._delete,
            "RestoreDBClusterFromSnapshot": self._restore,
        }

    def _create(self, call: Call) -> dict[str, Any]:
        source = call.params["DBClusterIdentifier"].lower()
        answer = self._world.moto.ask(call)
        name = answer["DBClusterSnapshot"]["DBClusterSnapshotIdentifier"]
        keep(self._world, self._lives, (call.region, source), name)
        return {"DBClusterSnapshot": self._shown(call.region, answer["DBClusterSnapshot"])}

    def _describe(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        for flag in ("IncludeShared", "IncludePublic"):
            params.pop(flag, None)  # nobody shares anything with this account
        asked = params.get("DBClusterSnapshotIdentifier", "")
        if asked.startswith("arn:"):
            params["DBClusterSnapshotIdentifier"] = self._named(call.region, asked)
        answer = self._world.moto.ask(call, params)
        found = answer["DBClusterSnapshots"]
        answer["DBClusterSnapshots"] = [self._shown(call.region, each) for each in found]
        return answer

    def _delete(self, call: Call) -> dict[str, Any]:
        answer = self._world.moto.ask(call)
        name = answer["DBClusterSnapshot"]["DBClusterSnapshotIdentifier"]
        if life := self._lives.snapshots.pop((call.region, name), None):
            self._world.databases.forget(life.arn)
        return answer

    def _restore(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        rules.check_identifier("DBClusterIdentifier", params["DBClusterIdentifier"])
        name = params["DBClusterIdentifier"].lower()
        snapshot, life = self._source(call.region, params)
        if name in self._backend(call.region).clusters:
            raise AwsError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
        gateway = self._check(call, params, snapshot)
        made: dict[str, Any] = {
            "DBClusterIdentifier": name,
            "Engine": versions.ENGINE,
            "EngineVersion": versions.resolve(params.get("EngineVersion")),
            "MasterUsername": snapshot.master_username,
            "MasterUserPassword": secrets.token_urlsafe(24),  # of moto's alone
            "StorageEncrypted": snapshot.storage_encrypted,
            "EnableIAMDatabaseAuthentication": gateway,
        }
        made |= {key: params[key] for key in TAKEN if key in params}
        made |= {} if gateway else self._networked(call, params)
        cluster = self._world.moto.ask(_asked(call, "CreateDBCluster", made), made)["DBCluster"]
        password = secrets.token_urlsafe(24) if life.tokens or gateway else ""
        arn = cluster["DBClusterArn"]
        self._world.databases.restore(life.arn, arn, password)
        self._lives.clusters[call.region, name] = ClusterLife(
            arn=arn,
            created=self._world.clock.now(),
            restored=True,
            tokens=life.tokens,
            master=snapshot.master_username if gateway else "",
            password=password,
        )
        asked = {"DBClusterIdentifier": name}
        found = self._world.moto.ask(_asked(call, "DescribeDBClusters", asked), asked)
        return {"DBCluster": {**found["DBClusters"][0], "Status": "creating"}}

    def _check(self, call: Call, params: dict[str, Any], snapshot: Any) -> bool:
        """Raise what RDS refuses; whether the cluster is to be reached over the internet."""
        gateway = _gateway(params)
        freetier.check_cluster(self._world, {**params, "WithExpressConfiguration": gateway})
        if gateway:
            express.check_region(call.region)
        rules.check_scaling(params.get("ServerlessV2ScalingConfiguration"))
        wanted = versions.resolve(params.get("EngineVersion"))
        if wanted.partition(".")[0] < snapshot.engine_version.partition(".")[0]:
            raise AwsError("InvalidParameterCombination", "Cannot downgrade the engine version.")
        return gateway

    def _networked(self, call: Call, params: dict[str, Any]) -> dict[str, Any]:
        rules.check_network(self._world.moto, call.region, params.get("DBSubnetGroupName"))
        groups = params.get("VpcSecurityGroupIds")
        vpc = rules.vpc_of(self._world, call.region, params.get("DBSubnetGroupName"))
        groups = groups or [rules.default_group(self._world, call.region, vpc)]
        rules.check_groups(self._world, call.region, groups)
        found = {"VpcSecurityGroupIds": groups}
        if params.get("DBSubnetGroupName"):
            found["DBSubnetGroupName"] = params["DBSubnetGroupName"]
        return found

    def _source(self, region: str, params: dict[str, Any]) -> tuple[Any, SnapshotLife]:
        name = self._named(region, params["SnapshotIdentifier"])
        snapshot = self._backend(region).cluster_snapshots.get(name)
        life = self._lives.snapshots.get((region, name))
        if snapshot is None or life is None:
            raise AwsError(
                "DBClusterSnapshotNotFoundFault", f"DBClusterSnapshot {name} not found.", 404
            )
        if params["Engine"] != snapshot.engine:
            raise AwsError(
                "InvalidParameterValue",
                f"The engine {params['Engine']} is not that of the snapshot, {snapshot.engine}.",
            )
        status = life.status(self._world.clock, self._world.durations)
        if status != "available":
            raise AwsError(
                "InvalidDBClusterSnapshotStateFault",
                f"The snapshot {name} is not in the available state, it is {status}.",
            )
        return snapshot, life

    def _named(self, region: str, asked: str) -> str:
        """The identifier of a snapshot of this account's; another's ARN stays as it is."""
        before = self._world.arn("rds", region, "cluster-snapshot:")
        return asked.removeprefix(before).lower()

    def _shown(self, region: str, snapshot: dict[str, Any]) -> dict[str, Any]:
        life = self._lives.snapshots.get((region, snapshot["DBClusterSnapshotIdentifier"]))
        if str(snapshot.get("KmsKeyId")).startswith("default_"):
            del snapshot["KmsKeyId"]  # moto's word for AWS's own, which is no key of KMS's
        if life:
            snapshot["Status"] = life.status(self._world.clock, self._world.durations)
        return snapshot

    def _backend(self, region: str) -> Any:
        return self._world.moto.backend("rds", region)


def keep(
    world: World, lives: Lives, source: tuple[str, str], name: str, *, since: float | None = None
) -> None:
    """Put the data of a cluster aside, under a snapshot that moto has made of it.

    It was begun at `since`, which is now where nobody says.
    """
    region, _ = source
    life = lives.clusters[source]
    arn = world.arn("rds", region, f"cluster-snapshot:{name.lower()}")
    world.databases.keep(life.arn, arn)
    lives.snapshots[region, name.lower()] = SnapshotLife(
        arn=arn, created=since or world.clock.now(), tokens=life.tokens
    )


def _gateway(params: dict[str, Any]) -> bool:
    """Whether the cluster is to be reached over the internet; both switches, or neither."""
    on, inside = params.get(GATEWAY), params.get(VPC)
    if (on is None) != (inside is None) or (on is not None and on == inside):
        raise AwsError(
            "InvalidParameterCombination", f"{GATEWAY} and {VPC} must be specified together."
        )
    if on and not params.get("EnableIAMDatabaseAuthentication"):
        raise AwsError(
            "InvalidParameterCombination", "IAM database authentication must be enabled."
        )
    return bool(on)


def _asked(call: Call, operation: str, params: dict[str, Any]) -> Call:
    return Call(
        service="rds",
        operation=operation,
        region=call.region,
        params=params,
        request=call.request,
    )
