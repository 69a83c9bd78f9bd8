"""RDS laid over moto's: moto keeps what was asked for, this adds AWS's rules and AWS's time."""

import json
import secrets
import string
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.rds import events, rules, versions
from wizard.standin.rds.lives import ClusterLife, InstanceLife, Lives
from wizard.standin.world import Operation, World

GONE = "DB cluster deleted"


class Rds:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world
        self.lives = Lives()

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "DescribeDBEngineVersions": versions.describe,
            "DescribeEvents": lambda call: events.describe(self._world, self.lives, call),
            "CreateDBCluster": self._create_cluster,
            "ModifyDBCluster": self._modify_cluster,
            "DeleteDBCluster": self._delete_cluster,
            "DescribeDBClusters": self._describe_clusters,
            "EnableHttpEndpoint": lambda call: self._switch_endpoint(call, on=True),
            "DisableHttpEndpoint": lambda call: self._switch_endpoint(call, on=False),
            "CreateDBInstance": self._create_instance,
            "DeleteDBInstance": self._delete_instance,
            "DescribeDBInstances": self._describe_instances,
        }

    def advance(self) -> None:
        """Take away what has been deleting long enough."""
        clock, durations = self._world.clock, self._world.durations
        for key, instance in list(self.lives.instances.items()):
            ended = instance.deleted
            if ended is not None and clock.since(ended) >= durations.instance_delete:
                self._backend(key[0]).delete_db_instance(key[1], skip_final_snapshot=True)
                _drop_backups(self._backend(key[0]).database_snapshots, key[1])
                self._bury(self.lives.instances, key, "db-instance", "DB instance deleted")
        for key, cluster in list(self.lives.clusters.items()):
            ended = cluster.deleted
            if ended is not None and clock.since(ended) >= durations.cluster_delete:
                self._backend(key[0]).delete_db_cluster(key[1], cluster.final_snapshot or None)
                _drop_backups(self._backend(key[0]).cluster_snapshots, key[1])
                self._world.databases.drop(cluster.arn)
                self._bury(self.lives.clusters, key, "db-cluster", "DB cluster deleted")

    def _bury(self, lives: dict[tuple[str, str], Any], key: Any, kind: str, text: str) -> None:
        self.lives.note(key, kind, self._world.clock.now(), text)
        del lives[key]

    def _backend(self, region: str) -> Any:
        return self._world.moto.backend("rds", region)

    def _create_cluster(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("Engine") != versions.ENGINE:
            return self._world.moto.ask(call)
        rules.check_cluster(params)
        name = params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        if name in self._backend(call.region).clusters:
            raise AwsError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
        params["EngineVersion"] = versions.resolve(params.get("EngineVersion"))
        rules.check_network(self._world.moto, call.region, params.get("DBSubnetGroupName"))
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
        self.lives.clusters[call.region, name] = ClusterLife(
            arn=cluster["DBClusterArn"],
            created=self._world.clock.now(),
            endpoint=bool(params.get("EnableHttpEndpoint")),
        )
        return {"DBCluster": self._cluster(call.region, cluster)}

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

    def _modify_cluster(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        name = params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        life = self._cluster_life(call.region, name)
        self._demand_available(name, life)
        rules.check_scaling(params.get("ServerlessV2ScalingConfiguration"))
        password = params.get("MasterUserPassword")
        if password:
            rules.check_password(password)
        # Only Serverless v1 knows this switch here; for the rest AWS ignores it.
        params.pop("EnableHttpEndpoint", None)
        answer = self._world.moto.ask(call, params)
        if password and life:
            self._world.databases.set_password(life.arn, password)
        if life:
            life.modified = self._world.clock.now()
        return {"DBCluster": self._cluster(call.region, answer["DBCluster"])}

    def _delete_cluster(self, call: Call) -> dict[str, Any]:
        name = call.params["DBClusterIdentifier"].lower()
        life = self._cluster_life(call.region, name)
        if life is None:
            return self._world.moto.ask(call)
        snapshot = call.params.get("FinalDBSnapshotIdentifier")
        if not call.params.get("SkipFinalSnapshot") and not snapshot:
            raise AwsError(
                "InvalidParameterCombination",
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            )
        if self._backend(call.region).clusters[name].deletion_protection:
            raise AwsError(
                "InvalidParameterCombination",
                "Cannot delete protected Cluster, please disable deletion protection and try "
                "again.",
            )
        if any(member.deleted is None for member in self.lives.members(call.region, name)):
            raise AwsError(
                "InvalidDBClusterStateFault",
                "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
            )
        if life.deleted is None:
            life.deleted = self._world.clock.now()
            life.final_snapshot = snapshot or ""
        return {"DBCluster": self._read_cluster(call, name)}

    def _describe_clusters(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("DBClusterIdentifier"):
            params["DBClusterIdentifier"] = params["DBClusterIdentifier"].lower()
        answer = self._world.moto.ask(call, params)
        answer["DBClusters"] = [self._cluster(call.region, it) for it in answer["DBClusters"]]
        return answer

    def _read_cluster(self, call: Call, name: str) -> dict[str, Any]:
        found = Call(
            service="rds",
            operation="DescribeDBClusters",
            region=call.region,
            params={"DBClusterIdentifier": name},
            request=call.request,
        )
        cluster: dict[str, Any] = self._describe_clusters(found)["DBClusters"][0]
        return cluster

    def _switch_endpoint(self, call: Call, *, on: bool) -> dict[str, Any]:
        arn = call.params["ResourceArn"]
        life = next((life for life in self.lives.clusters.values() if life.arn == arn), None)
        if life is None:
            raise AwsError("ResourceNotFoundFault", f"The resource {arn} can't be found.", 404)
        if life.status(self._world.clock, self._world.durations) != "available":
            raise AwsError(
                "InvalidResourceStateFault", "The DB cluster is not in the available state."
            )
        if life.endpoint != on:
            life.endpoint, life.endpoint_changed = on, self._world.clock.now()
        return {"ResourceArn": arn, "HttpEndpointEnabled": on}

    def _create_instance(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        rules.check_identifier("DBInstanceIdentifier", params["DBInstanceIdentifier"])
        name = params["DBInstanceIdentifier"] = params["DBInstanceIdentifier"].lower()
        cluster = params.get("DBClusterIdentifier", "").lower()
        if cluster:
            params["DBClusterIdentifier"] = cluster
            self._check_member(call.region, cluster, params.get("DBInstanceClass"))
        answer = self._world.moto.ask(call, params)
        self.lives.instances[call.region, name] = InstanceLife(
            cluster=cluster, created=self._world.clock.now()
        )
        return {"DBInstance": self._instance(call.region, answer["DBInstance"])}

    def _check_member(self, region: str, cluster: str, size: str | None) -> None:
        life = self._cluster_life(region, cluster)
        if life and life.deleted is not None:
            raise AwsError("InvalidDBClusterStateFault", "DB cluster isn't in the available state.")
        known = self._backend(region).clusters.get(cluster)
        if known and size == "db.serverless" and not known.serverless_v2_scaling_configuration:
            raise AwsError(
                "InvalidParameterCombination",
                "Set the Serverless v2 scaling configuration on the parent DB cluster before "
                "creating a Serverless v2 DB instance.",
            )

    def _delete_instance(self, call: Call) -> dict[str, Any]:
        name = call.params["DBInstanceIdentifier"].lower()
        life = self.lives.instances.get((call.region, name))
        if life is None:
            return self._world.moto.ask(call)
        if life.deleted is not None:
            raise AwsError("InvalidDBInstanceState", f"Instance {name} is already being deleted.")
        life.deleted = self._world.clock.now()
        found = Call(
            service="rds",
            operation="DescribeDBInstances",
            region=call.region,
            params={"DBInstanceIdentifier": name},
            request=call.request,
        )
        return {"DBInstance": self._describe_instances(found)["DBInstances"][0]}

    def _describe_instances(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("DBInstanceIdentifier"):
            params["DBInstanceIdentifier"] = params["DBInstanceIdentifier"].lower()
        answer = self._world.moto.ask(call, params)
        answer["DBInstances"] = [self._instance(call.region, it) for it in answer["DBInstances"]]
        return answer

    def _cluster_life(self, region: str, name: str) -> ClusterLife | None:
        return self.lives.clusters.get((region, name))

    def _demand_available(self, name: str, life: ClusterLife | None) -> None:
        status = life.status(self._world.clock, self._world.durations) if life else "available"
        if status != "available":
            raise AwsError(
                "InvalidDBClusterStateFault",
                f"DB cluster {name} is not in the available state, it is {status}.",
            )

    def _cluster(self, region: str, cluster: dict[str, Any]) -> dict[str, Any]:
        life = self._cluster_life(region, cluster["DBClusterIdentifier"])
        if life is None:
            return cluster
        clock, durations = self._world.clock, self._world.durations
        cluster["Status"] = life.status(clock, durations)
        cluster["HttpEndpointEnabled"] = life.endpoint_enabled(clock, durations)
        if "MasterUserSecret" in cluster:
            ready = cluster["Status"] != "creating"
            cluster["MasterUserSecret"]["SecretStatus"] = "active" if ready else "creating"
        return cluster

    def _instance(self, region: str, instance: dict[str, Any]) -> dict[str, Any]:
        life = self.lives.instances.get((region, instance["DBInstanceIdentifier"]))
        instance.setdefault("PubliclyAccessible", False)
        if life:
            instance["DBInstanceStatus"] = life.status(self._world.clock, self._world.durations)
        return instance


def _drop_backups(snapshots: Any, name: str) -> None:
    """Automated snapshots go with what they are of."""
    for snapshot in [it for it in snapshots if it.startswith(f"rds:{name}-")]:
        del snapshots[snapshot]
