"""Instances of clusters: moto keeps what was asked for, this adds AWS's rules and AWS's time."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.rds import rules
from wizard.standin.rds.clusters import drop_backups
from wizard.standin.rds.lives import InstanceLife, Lives
from wizard.standin.world import Operation, World


class Instances:
    """The operations on instances that differ from moto's."""

    def __init__(self, world: World, lives: Lives) -> None:
        self._world = world
        self._lives = lives

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateDBInstance": self._create,
            "DeleteDBInstance": self._delete,
            "DescribeDBInstances": self._describe,
        }

    def advance(self) -> None:
        """Take away what has been deleting long enough."""
        clock, length = self._world.clock, self._world.durations.instance_delete
        for (region, name), life in list(self._lives.instances.items()):
            if life.deleted is None or clock.since(life.deleted) < length:
                continue
            backend = self._backend(region)
            backend.delete_db_instance(name, skip_final_snapshot=True)
            drop_backups(backend.database_snapshots, name)
            self._lives.end_instance((region, name), clock.now())

    def _create(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        rules.check_identifier("DBInstanceIdentifier", params["DBInstanceIdentifier"])
        name = params["DBInstanceIdentifier"] = params["DBInstanceIdentifier"].lower()
        cluster = params.get("DBClusterIdentifier", "").lower()
        if cluster:
            params["DBClusterIdentifier"] = cluster
            self._check_member(call.region, cluster, params.get("DBInstanceClass"))
        answer = self._world.moto.ask(call, params)
        self._lives.instances[call.region, name] = InstanceLife(
            cluster=cluster, created=self._world.clock.now()
        )
        return {"DBInstance": self._shown(call.region, answer["DBInstance"])}

    def _check_member(self, region: str, cluster: str, size: str | None) -> None:
        life = self._lives.clusters.get((region, cluster))
        if life and life.deleted is not None:
            raise AwsError("InvalidDBClusterStateFault", "DB cluster isn't in the available state.")
        known = self._backend(region).clusters.get(cluster)
        if known and size == "db.serverless" and not known.serverless_v2_scaling_configuration:
            raise AwsError(
                "InvalidParameterCombination",
                "Set the Serverless v2 scaling configuration on the parent DB cluster before "
                "creating a Serverless v2 DB instance.",
            )

    def _delete(self, call: Call) -> dict[str, Any]:
        name = call.params["DBInstanceIdentifier"].lower()
        life = self._lives.instances.get((call.region, name))
        if life is None:
            return self._world.moto.ask(call)
        if life.deleted is not None:
            raise AwsError("InvalidDBInstanceState", f"Instance {name} is already being deleted.")
        if self._stopped(call.region, life):
            raise AwsError(
                "InvalidDBClusterStateFault",
                f"The DB cluster {life.cluster} is stopped. Start it to delete its instances.",
            )
        life.deleted = self._world.clock.now()
        found = Call(
            service="rds",
            operation="DescribeDBInstances",
            region=call.region,
            params={"DBInstanceIdentifier": name},
            request=call.request,
        )
        return {"DBInstance": self._describe(found)["DBInstances"][0]}

    def _describe(self, call: Call) -> dict[str, Any]:
        params = dict(call.params)
        if params.get("DBInstanceIdentifier"):
            params["DBInstanceIdentifier"] = params["DBInstanceIdentifier"].lower()
        answer = self._world.moto.ask(call, params)
        answer["DBInstances"] = [self._shown(call.region, it) for it in answer["DBInstances"]]
        return answer

    def _stopped(self, region: str, life: InstanceLife) -> bool:
        cluster = self._lives.clusters.get((region, life.cluster))
        return cluster is not None and cluster.stopped

    def _shown(self, region: str, instance: dict[str, Any]) -> dict[str, Any]:
        life = self._lives.instances.get((region, instance["DBInstanceIdentifier"]))
        instance.setdefault("PubliclyAccessible", False)
        if life:
            stopped = self._stopped(region, life) and life.deleted is None
            status = life.status(self._world.clock, self._world.durations)
            instance["DBInstanceStatus"] = "stopped" if stopped else status
        return instance

    def _backend(self, region: str) -> Any:
        return self._world.moto.backend("rds", region)
