"""A new Aurora Serverless v2 cluster: its password, its instance, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.answers.model import Answers, Source
from wizard.base.values import Found, JsonText, NewPassword, Ref, SecretRef, Value
from wizard.plan.charges import (
    BUSY_HOURS,
    BUSY_HOURS_A_DAY,
    HOURS,
    Charge,
    Item,
    Place,
    fixed,
    millions,
    plain,
    usage,
)
from wizard.plan.model import (
    Before,
    Call,
    DeleteSpec,
    LinkedRole,
    LookOnly,
    Lookup,
    Obstacle,
    Output,
    Poll,
    Refusal,
    Report,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import (
    DEAD_ENDS,
    ENGINE,
    SECRET_ARN,
    any_of,
    connection,
    current_version,
    kept_snapshot,
    look_cluster,
    not_express,
    of_another_origin,
    other_major,
    rds_quota,
    restored,
    started,
    usable,
    version_output,
    while_busy,
)
from wizard.plan.resources.common import (
    Site,
    another_password,
    owned,
    secret_charge,
    secret_look,
    stored_secret,
    tagged_in_rds,
    tagged_secret,
)
from wizard.plan.resources.network import (
    DATABASE_GROUP,
    READS_GROUPS,
    database_group,
    in_own_group,
    own_group,
)
from wizard.plan.resources.subnets import SUBNET_GROUP, subnet_group
from wizard.plan.resources.types import CLUSTER_TYPE, INSTANCE_TYPE, SECRET_TYPE

IDLE_IO = Decimal(100_000)
BUSY_IO = Decimal(1_000_000)
"""Reads of so small a database come from memory and are free; what is billed is what is written,
about one write for each statement of a busy month. A guess on the high side."""
STORAGE_GB = Decimal(1)
"""The state of about a hundred resources with its history; Aurora bills what is used."""


def cluster_charges(answers: Answers) -> tuple[Charge, ...]:
    """The lines; capacity is charged only while an instance serves the cluster."""
    least, most = Decimal(str(answers.min_capacity)), Decimal(str(answers.max_capacity))
    capacity = fixed(
        "Database capacity",
        Item.CAPACITY,
        least * HOURS,
        f"{plain(least)} capacity units around the clock",
    )
    load = usage(
        "Database capacity under load",
        Item.CAPACITY,
        Decimal(0),
        (most - least) * BUSY_HOURS,
        f"up to {plain(most)} units, {BUSY_HOURS_A_DAY} hours a day: an upper bound",
    )
    storage = usage(
        "Database storage",
        Item.STORAGE,
        STORAGE_GB,
        STORAGE_GB,
        f"{plain(STORAGE_GB)} GB; billed by use",
    )
    writes = usage(
        "Database I/O",
        Item.IO,
        millions(IDLE_IO),
        millions(BUSY_IO),
        f"{plain(millions(IDLE_IO))} million writes; busy {plain(millions(BUSY_IO))} million",
    )
    served = replace(
        capacity,
        words="database capacity",
        path="ServerlessV2ScalingConfiguration.MinCapacity",
        each=HOURS,
        when="DBClusterMembers",
        beside="instance",
    )
    lines = (
        served,
        replace(load, beside="instance"),
        replace(storage, words="database storage"),
        writes,
    )
    return tuple(replace(each, place=Place.DATABASE) for each in lines)


BROKEN_INSTANCE = (
    "failed",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-restore",
)
"""States that an instance does not leave; the data is in the cluster, so another one serves it."""


HELPLESS_INSTANCE = (
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "storage-full",
)
"""States of which the cluster itself is the cause."""


def instance(site: Site) -> Step:
    """The computer that serves the cluster."""
    name = site.names.instance
    wanted = INSTANCE_TYPE.wanted(
        {
            "DBInstanceIdentifier": name,
            "DBClusterIdentifier": Ref("cluster", "id"),
            "DBInstanceClass": "db.serverless",
            "Engine": ENGINE,
            "PubliclyAccessible": False,
            "Tags": site.tags(name),
        },
        *tagged_in_rds(site, name, "DBInstanceArn"),
    )
    return Step(
        id="instance",
        section=Section.DATABASE,
        title="Aurora instance",
        why="The cluster is storage; the instance is the compute that scales between the minimum "
        "and maximum capacity. It has no public address.",
        lookups=(instance_look(name),),
        **wanted,
        wait=_available(name),
        owned=owned("TagList"),
        broken=any_of("DBInstanceStatus", BROKEN_INSTANCE),
        refusals=(
            Refusal(
                any_of("DBInstanceStatus", HELPLESS_INSTANCE),
                f"The instance {name} accepts no connections, and a new one would not either.",
                "Its status in the RDS console shows why, for example full storage or a revoked "
                "key. Fix that, then run the command again.",
            ),
        ),
        outputs={
            "id": Output("DBInstanceIdentifier", name),
            "arn": Output("DBInstanceArn", site.likely_arn("rds", f"db:{name}")),
        },
        delete=(
            Call(
                service="rds",
                operation="DeleteDBInstance",
                params={"DBInstanceIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        delete_spec=instance_goes(site.names.cluster),
        usual=(300, 600),
        page=database_page(name, cluster=False),
        quota=rds_quota("database instances", "DBInstances"),
        anywhere=frozenset({"rds:DescribeEvents"}),
    )


def _available(name: str) -> Poll:
    return Poll(
        call=_describe_instance(name),
        path="DBInstances[0].DBInstanceStatus",
        until=frozenset({"available"}),
        fail=DEAD_ENDS,
        every=10,
        limit=1800,
        news=Report(
            call=Call(
                service="rds",
                operation="DescribeEvents",
                params={
                    "SourceIdentifier": name,
                    "SourceType": "db-instance",
                    "Duration": 60,
                },
            ),
            lines="Events[].{id: Date, text: Message}",
        ),
    )


def instance_goes(cluster: Value) -> DeleteSpec:
    """How an instance of that cluster goes: only while the cluster runs."""
    return DeleteSpec(
        busy=any_of("DBInstanceStatus", ("deleting", "starting", "stopping")),
        status="DBInstanceStatus",
        first=(started(cluster, "DBInstanceStatus"),),
        retry=Retry(
            pattern="^InvalidDB(Instance|Cluster)State",
            say="the database is busy with another change",
            every=15,
            limit=1800,
        ),
        usual=(120, 600),
        every=10,
        limit=3600,
    )


def instance_look(name: str) -> Lookup:
    """Finds an instance by its name."""
    return Lookup(
        call=_describe_instance(name),
        pick="DBInstances[0]",
        absent=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    )


def _describe_instance(name: str) -> Call:
    return Call(
        service="rds", operation="DescribeDBInstances", params={"DBInstanceIdentifier": name}
    )


MASTER_USER = "postgres"


def new_cluster(site: Site) -> list[Step]:
    """The steps up to an instance that is available."""
    answers, cluster, version = site.answers, _cluster(site), _engine_version(site)
    own = [database_group(site)] if answers.direct else []
    own += [subnet_group(site)] if answers.subnets else []
    if answers.snapshot:
        cluster, version = restored(site, cluster), kept_snapshot(site)
    return [*own, database_secret(site, MASTER_USER), version, cluster, instance(site)]


def database_secret(site: Site, user: str) -> Step:
    """Brought back it keeps its text: a cluster that was kept goes by that very password.

    One that comes from a snapshot gets another one.
    """
    name = site.names.database_secret
    credentials = JsonText({"username": user, "password": NewPassword("database")})
    new: dict[str, Value] = {"SecretId": Found("ARN"), "SecretString": credentials}
    put = Call(service="secretsmanager", operation="PutSecretValue", params=new)
    wanted = SECRET_TYPE.wanted(
        {
            "Name": name,
            "Description": "Database credentials of the formae agent",
            "SecretString": credentials,
            "Tags": site.tags(name),
        },
        *another_password(site, "database-secret", put),
        *tagged_secret(site, name),
        without=("SecretString",),
    )
    stored = stored_secret(site, name, "restored, with its existing password")
    if site.answers.snapshot and not site.inputs.cluster_made:
        stored = stored_secret(site, name, "restored, with a new password", put)
    stored["outputs"] |= version_output(site)
    return Step(
        id="database-secret",
        section=Section.DATABASE,
        title="Database credentials",
        why=f"A secret with the database user and a generated password. {_handed(site)}; no one "
        "has to type or know it.",
        lookups=(secret_look(name), *current_version(site)),
        **stored,
        **wanted,
        charges=(secret_charge("Database credentials", "the database's password"),),
    )


def _handed(site: Site) -> str:
    if site.answers.direct:
        return f"{site.offer.label} hands it to the agent when it starts"
    return "The agent uses it through the Data API"


def _engine_version(site: Site) -> Step:
    wanted = site.answers.engine_version
    params: dict[str, Value] = {"Engine": ENGINE, "EngineVersion": wanted}
    pick = "DBEngineVersions[?!contains(EngineVersion, 'limitless')]"
    told = site.answers.given.get("engine_version")
    if "." not in wanted:
        params["DefaultOnly"] = True
    elif told and told.source is Source.DEPLOYED:  # AWS may have withdrawn it meanwhile
        params["EngineVersion"] = wanted.partition(".")[0]
        pick += f" | ([?EngineVersion=='{wanted}'] || [-1:])"
    return Step(
        id="engine-version",
        section=Section.DATABASE,
        title="Aurora version",
        why="AWS withdraws minor versions of Aurora after some months, so the wizard asks for the "
        "current one.",
        lookups=(
            Lookup(
                call=Call(service="rds", operation="DescribeDBEngineVersions", params=params),
                pick=f"{pick} | [0]",
            ),
        ),
        make=LookOnly(
            f"Aurora PostgreSQL {wanted} is not available in {site.answers.region}.",
            "Choose another version (--engine-version), such as 16 for the recommended 16.x.",
        ),
        outputs={
            "version": Output("EngineVersion", wanted if "." in wanted else f"{wanted}.x"),
        },
        usual=(0, 2),
        anywhere=frozenset({"rds:DescribeDBEngineVersions"}),
    )


def _cluster(site: Site) -> Step:
    name, answers = site.names.cluster, site.answers
    # the version of a snapshot is as it is
    version = [] if answers.snapshot else [other_major(name, answers.engine_version)]
    capacity: dict[str, Value] = {
        "MinCapacity": answers.min_capacity,
        "MaxCapacity": answers.max_capacity,
    }
    tags = tagged_in_rds(site, name, "DBClusterArn")
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Aurora cluster",
        why=_reached(site),
        lookups=(look_cluster(name), *own_group(site)),
        anywhere=READS_GROUPS,
        **CLUSTER_TYPE.wanted(_properties(site, capacity), *in_own_group(site), *tags),
        retry=while_busy(),
        owned=owned("TagList"),
        **usable(site, name, not_express(name), of_another_origin(site), *version),
        outputs={
            "arn": Output("DBClusterArn", site.likely_arn("rds", f"cluster:{name}")),
            "id": Output("DBClusterIdentifier", name),
            **connection(site, name),
        },
        delete=(
            Call(
                service="rds",
                operation="DeleteDBCluster",
                params={"DBClusterIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        delete_spec=cluster_goes(name, site.answers.region),
        usual=(2, 10),
        page=database_page(name, cluster=True),
        charges=cluster_charges(answers),
        quota=rds_quota("database clusters", "DBClusters"),
        linked_role=LinkedRole("rds", "AWSServiceRoleForRDS"),
    )


def _reached(site: Site) -> str:
    if site.answers.direct:
        return (
            f"Serverless v2 PostgreSQL in {_where(site)}, where the agent reaches it. The wizard "
            "uses its Data API. Storage is encrypted."
        )
    return (
        f"Serverless v2 PostgreSQL with the Data API: {site.offer.label} reaches it over HTTPS, "
        "without a VPC connector or NAT gateway. Storage is encrypted."
    )


def _where(site: Site) -> str:
    return "the VPC of your subnets" if site.answers.subnets else "the default VPC"


def _properties(site: Site, capacity: dict[str, Value]) -> dict[str, Value]:
    name = site.names.cluster
    groups: dict[str, Value] = {}
    if site.answers.subnets:
        groups["DBSubnetGroupName"] = Ref(SUBNET_GROUP, "name")
    if site.answers.direct:
        groups["VpcSecurityGroupIds"] = [Ref(DATABASE_GROUP, "id")]
    return {
        "DBClusterIdentifier": name,
        "Engine": ENGINE,
        "EngineVersion": Ref("engine-version", "version"),
        "ServerlessV2ScalingConfiguration": capacity,
        "MasterUsername": MASTER_USER,
        "MasterUserPassword": SecretRef(SECRET_ARN, "password"),
        "DatabaseName": site.answers.database_name,
        "EnableHttpEndpoint": True,
        "StorageEncrypted": True,
        "CopyTagsToSnapshot": True,
        **groups,
        "Tags": site.tags(name),
    }


def _memberships(name: str, region: str) -> tuple[Obstacle, ...]:
    """What a cluster may be a part of, which AWS removes it from for nobody."""
    return (
        Obstacle(
            path="GlobalClusterIdentifier",
            what=f"The cluster {name} belongs to the global database {{held}}.",
            fix="Remove it with `aws rds remove-from-global-cluster --global-cluster-identifier "
            f"{{held}} --db-cluster-identifier <its ARN> --region {region}`, or keep the database "
            "(--database-data keep).",
        ),
        Obstacle(
            path="ReplicationSourceIdentifier",
            what=f"The cluster {name} is a read replica of {{held}}.",
            fix="Promote it with `aws rds promote-read-replica-db-cluster "
            f"--db-cluster-identifier {name} --region {region}`, or keep it "
            "(--database-data keep).",
        ),
    )


NO_SNAPSHOT = "or delete the database without a snapshot (--database-data delete)."


def snapshot_obstacles(name: str) -> tuple[Obstacle, ...]:
    """What keeps AWS from making a cluster's final snapshot, without which it would not go."""
    counted = "AccountQuotas[?AccountQuotaName=='ManualClusterSnapshots' && Used >= Max] | [0].Max"
    locked = any_of("Status", tuple(each for each in HELPLESS_INSTANCE if "encryption" in each))
    return (
        Obstacle(
            ask=Lookup(
                call=Call(service="rds", operation="DescribeAccountAttributes", params={}),
                pick=counted,
                into="SnapshotsFull",
            ),
            path="SnapshotsFull",
            what="The account has {held} cluster snapshots, the maximum: AWS cannot create the "
            "final one.",
            fix=f"Delete snapshots that you do not need, {NO_SNAPSHOT}",
        ),
        Obstacle(
            path=f"({locked}) && Status",
            what=f"The cluster {name} is {{held}}: AWS needs its key for the final snapshot.",
            fix=f"Restore access to the key in the KMS console, {NO_SNAPSHOT}",
        ),
    )


def cluster_goes(name: str, region: str) -> DeleteSpec:
    """How a cluster of the wizard's goes, without its deletion protection."""
    protected = Before(
        path="DeletionProtection",
        what="its deletion protection is removed",
        call=Call(
            service="rds",
            operation="ModifyDBCluster",
            params={
                "DBClusterIdentifier": name,
                "DeletionProtection": False,
                "ApplyImmediately": True,
            },
        ),
        consent=True,
    )
    return DeleteSpec(
        busy=any_of("Status", ("deleting", "starting", "stopping")),
        status="Status",
        first=(started(name, "Status"), protected),
        obstacles=_memberships(name, region),
        retry=while_busy(),
        usual=(60, 600),
        every=10,
        limit=3600,
    )
