"""Clusters: moto keeps what was asked for, this adds AWS's rules and AWS's time."""

import json
import secrets
import string
from typing import Any

from wizard.standin import freetier
from wizard.standin.call import AwsError, Call
from wizard.standin.quotas import RDS, manual_snapshots
from wizard.standin.rds import express, rules, versions
from wizard.standin.rds.gateway import Gateways
from wizard.standin.rds.lives import ClusterLife, Lives
from wizard.standin.rds.snapshots import keep
from wizard.standin.world import Operation, World


class Clusters:
    """The operations on clusters that differ from moto's."""

    def __init__(self, world: World, lives: Lives, gateways: Gateways) -> None:
        self._world = world
        self._lives = lives
        self._gateways = gateways

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateDBCluster": self._create,
            "ModifyDBCluster": self._modify,
            "DeleteDBCluster": self._delete,
            "StopDBCluster": lambda call: self._turn(call, "available"),
            "StartDBCluster": lambda call: self._turn(call, "stopped"),
            "DescribeDBClusters": self._describe,
            "CreateDBSubnetGroup": self._create_subnet_group,
            "DeleteDBSubnetGroup": self._delete_subnet_group,
            "EnableHttpEndpoint": lambda call: self._switch_endpoint(call, on=True),
            "DisableHttpEndpoint": lambda call: self._switch_endpoint(call, on=False),
        }

    def advance(self) -> None:
        """Take away what has been deleting long enough."""
        clock, length = self._world.clock, self._world.durations.cluster_delete
        for (region, name), life in list(self._lives.clusters.items()):
            if life.deleted is None or clock.since(life.deleted) < length:
                continue
            if self._lives.members(region, name):
                continue  # its instances take longer
            backend = self._backend(region)
            backend.delete_db_cluster(name, life.final_snapshot or None)
            if life.final_snapshot:
                source, since = (region, name), life.deleted
                keep(self._world, self._lives, source, life.final_snapshot, since=since)
            drop_backups(backend.cluster_snapshots, name)
            self._world.databases.drop(life.arn)
            self._lives.end_cluster((region, name), clock.now())

    def _create(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("Engine") != versions.ENGINE:
            return self._world.moto.ask(call)
        freetier.check_cluster(self._world, params)
        if params["DBClusterIdentifier"].lower() in self._backend(call.region).clusters:
            raise AwsError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
        if params.pop("WithExpressConfiguration", False):
            made = express.create(self._world, self._lives, call)
            return {"DBCluster": self._read(call, made["DBClusterIdentifier"])}
        rules.check_cluster(params)
        name = params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        params["EngineVersion"] = versions.resolve(params.get("EngineVersion"))
        rules.check_network(self._world.moto, call.region, params.get("DBSubnetGroupName"))
        groups = params.get("VpcSecurityGroupIds")
        vpc = rules.vpc_of(self._world, call.region, params.get("DBSubnetGroupName"))
        usual = [] if groups else [rules.default_group(self._world, call.region, vpc)]
        params["VpcSecurityGroupIds"] = groups or usual
        rules.check_groups(self._world, call.region, params["VpcSecurityGroupIds"], vpc)
        major = params["EngineVersion"].partition(".")[0]
        params.setdefault("DBClusterParameterGroupName", f"default.aurora-postgresql{major}")
        cluster = self._world.moto.ask(call, params)["DBCluster"]
        password = params.get("MasterUserPassword") or self._managed_password(call.region, cluster)
        self._world.databases.create(
            cluster["DBClusterArn"],
            params["MasterUsername"],
            password,
            params.get("DatabaseName") or "",
        )
        self._lives.clusters[call.region, name] = ClusterLife(
            arn=cluster["DBClusterArn"],
            created=self._world.clock.now(),
            endpoint=bool(params.get("EnableHttpEndpoint")),
        )
        return {"DBCluster": self._shown(call.region, cluster)}

    def _create_subnet_group(self, call: Call) -> dict[str, Any]:
        rules.check_subnet_group(self._world, call.region, call.params)
        return self._world.moto.ask(call)

    def _delete_subnet_group(self, call: Call) -> dict[str, Any]:
        rules.check_unused(self._world, call.region, call.params["DBSubnetGroupName"])
        return self._world.moto.ask(call)

    def _managed_password(self, region: str, cluster: dict[str, Any]) -> str:
        """Give the secret RDS made its real content; moto's is the same everywhere."""
        letters = string.ascii_letters + string.digits
        password = "".join(secrets.choice(letters) for _ in range(28))
        value = json.dumps({"username": cluster["MasterUsername"], "password": password})
        arn = cluster["MasterUserSecret"]["SecretArn"]
        secret = self._world.moto.backend("secretsmanager", region).secrets[arn]
        for version in secret.versions.values():
            version["secret_string"] = value
        return password

    def _modify(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        name = params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        life = self._life(call.region, name)
        freetier.check_cluster(self._world, params)
        self._demand_available(name, life)
        rules.check_scaling(params.get("ServerlessV2ScalingConfiguration"))
        if life:
            express.check_change(life, params)
        password = params.get("MasterUserPassword")
        if password:
            rules.check_password(password)
        rules.check_groups(self._world, call.region, params.get("VpcSecurityGroupIds") or [])
        # Only Serverless v1 knows this switch here; for the rest AWS ignores it.
        params.pop("EnableHttpEndpoint", None)
        kind = params.pop("MasterUserAuthenticationType", "")
        answer = self._world.moto.ask(call, params)
        if password and life:
            self._world.databases.set_password(life.arn, password)
        if life:
            life.tokens = kind == "iam-db-auth" if kind else life.tokens
            life.modified = self._world.clock.now()
        return {"DBCluster": self._shown(call.region, answer["DBCluster"])}

    def _delete(self, call: Call) -> dict[str, Any]:
        name = call.params["DBClusterIdentifier"].lower()
        life = self._life(call.region, name)
        if life is None:
            return self._world.moto.ask(call)
        snapshot = call.params.get("FinalDBSnapshotIdentifier")
        self._check_snapshot(call, snapshot)
        if life.deleted is not None:
            raise AwsError("InvalidDBClusterStateFault", "Cluster is already being deleted.")
        if self._backend(call.region).clusters[name].deletion_protection:
            raise AwsError(
                "InvalidParameterCombination",
                "Cannot delete protected Cluster, please disable deletion protection and try "
                "again.",
            )
        if self._backend(call.region).clusters[name].global_cluster_identifier:
            raise AwsError(
                "InvalidDBClusterStateFault",
                "This cluster is a part of a global cluster, please remove it from globalcluster "
                "first",
            )
        if any(member.deleted is None for member in self._lives.members(call.region, name)):
            raise AwsError(
                "InvalidDBClusterStateFault",
                "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
            )
        life.deleted = self._world.clock.now()
        life.final_snapshot = snapshot or ""
        return {"DBCluster": self._read(call, name)}

    def _check_snapshot(self, call: Call, snapshot: str | None) -> None:
        if bool(call.params.get("SkipFinalSnapshot")) == bool(snapshot):
            raise AwsError(
                "InvalidParameterCombination",
                "FinalDBSnapshotIdentifier cannot be specified when deleting a cluster with "
                "SkipFinalSnapshot."
                if snapshot
                else "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            )
        most = self._world.limits.get("ManualClusterSnapshots", RDS["ManualClusterSnapshots"])
        if snapshot and manual_snapshots(self._backend(call.region)) >= most:
            raise AwsError(
                "SnapshotQuotaExceededFault", f"Cannot create more than {most} manual snapshots"
            )
        if snapshot and snapshot in self._backend(call.region).cluster_snapshots:
            raise AwsError(
                "DBClusterSnapshotAlreadyExistsFault",
                f"Cannot create the snapshot because a snapshot with the identifier {snapshot} "
                "already exists.",
            )

    def _turn(self, call: Call, expected: str) -> dict[str, Any]:
        """Stop or start: at once here, and only from the state that AWS demands."""
        name = call.params["DBClusterIdentifier"].lower()
        life = self._life(call.region, name)
        status = life.status(self._world.clock, self._world.durations) if life else ""
        if life is None or status != expected:
            raise AwsError(
                "InvalidDBClusterStateFault",
                f"DbCluster {name} is in {status} state but expected it to be one of {expected}.",
            )
        life.stopped = not life.stopped
        return {"DBCluster": self._read(call, name)}

    def _describe(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("DBClusterIdentifier"):
            params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        answer = self._world.moto.ask(call, params)
        answer["DBClusters"] = [self._shown(call.region, it) for it in answer["DBClusters"]]
        return answer

    def _read(self, call: Call, name: str) -> dict[str, Any]:
        found = Call(
            service="rds",
            operation="DescribeDBClusters",
            region=call.region,
            params={"DBClusterIdentifier": name},
            request=call.request,
        )
        cluster: dict[str, Any] = self._describe(found)["DBClusters"][0]
        return cluster

    def _switch_endpoint(self, call: Call, *, on: bool) -> dict[str, Any]:
        arn = call.params["ResourceArn"]
        life = next((life for life in self._lives.clusters.values() if life.arn == arn), None)
        if life is None:
            raise AwsError("ResourceNotFoundFault", f"The resource {arn} can't be found.", 404)
        if life.status(self._world.clock, self._world.durations) != "available":
            raise AwsError(
                "InvalidResourceStateFault", "The DB cluster is not in the available state."
            )
        if life.endpoint != on:
            life.endpoint, life.endpoint_changed = on, self._world.clock.now()
            if life.express:
                life.modified = self._world.clock.now()
        return {"ResourceArn": arn, "HttpEndpointEnabled": on}

    def _life(self, region: str, name: str) -> ClusterLife | None:
        return self._lives.clusters.get((region, name))

    def _demand_available(self, name: str, life: ClusterLife | None) -> None:
        status = life.status(self._world.clock, self._world.durations) if life else "available"
        if status != "available":
            raise AwsError(
                "InvalidDBClusterStateFault",
                f"DB cluster {name} is not in the available state, it is {status}.",
            )

    def _shown(self, region: str, cluster: dict[str, Any]) -> dict[str, Any]:
        life = self._life(region, cluster["DBClusterIdentifier"])
        if life is None:
            return cluster
        clock, durations = self._world.clock, self._world.durations
        cluster["Status"] = life.status(clock, durations)
        cluster["HttpEndpointEnabled"] = life.endpoint_enabled(clock, durations)
        if life.express:
            express.shown(self._gateways, life, region, cluster)
        if "MasterUserSecret" in cluster:
            ready = cluster["Status"] != "creating"
            cluster["MasterUserSecret"]["SecretStatus"] = "active" if ready else "creating"
        return cluster

    def _backend(self, region: str) -> Any:
        return self._world.moto.backend("rds", region)


def drop_backups(snapshots: Any, name: str) -> None:
    """Automated snapshots go with what they are of."""
    for snapshot in [it for it in snapshots if it.startswith(f"rds:{name}-")]:
        del snapshots[snapshot]
