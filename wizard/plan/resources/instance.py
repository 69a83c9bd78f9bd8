"""The instance that serves a new cluster: made, mended, and taken away."""

from __future__ import annotations

from wizard.base.values import Ref, Value
from wizard.plan.model import (
    Call,
    Farewell,
    Look,
    Output,
    Poll,
    Refusal,
    Report,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import DEAD_ENDS, ENGINE, any_of, rds_quota, started
from wizard.plan.resources.common import Site, owned
from wizard.plan.resources.tagging import tagged_in_rds
from wizard.plan.resources.types import INSTANCE_TYPE

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
        why="The cluster is storage; this is the computer that serves it, growing and shrinking "
        "between the two capacities. It has no public address.",
        see=(instance_look(name),),
        **wanted,
        wait=_available(name),
        owned=owned("TagList"),
        broken=any_of("DBInstanceStatus", BROKEN_INSTANCE),
        refusals=(
            Refusal(
                any_of("DBInstanceStatus", HELPLESS_INSTANCE),
                f"The instance {name} takes no connections, and no other would.",
                "Its state in the RDS console says why: storage that is full, or a key that was "
                "withdrawn. Repair that, and run this again.",
            ),
        ),
        outputs={
            "id": Output("DBInstanceIdentifier", name),
            "arn": Output("DBInstanceArn", site.likely_arn("rds", f"db:{name}")),
        },
        unmake=(
            Call(
                service="rds",
                operation="DeleteDBInstance",
                params={"DBInstanceIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        farewell=instance_goes(site.names.cluster),
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


def instance_goes(cluster: Value) -> Farewell:
    """How an instance of that cluster goes: only while the cluster runs."""
    return Farewell(
        busy=any_of("DBInstanceStatus", ("deleting", "starting", "stopping")),
        status="DBInstanceStatus",
        first=(started(cluster, "DBInstanceStatus"),),
        retry=Retry(
            pattern="^InvalidDB(Instance|Cluster)State",
            say="the database is busy with another change",
            every=15,
            limit=1800,
        ),
        every=10,
        limit=3600,
    )


def instance_look(name: str) -> Look:
    """Finds an instance by its name."""
    return Look(
        call=_describe_instance(name),
        pick="DBInstances[0]",
        absent=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    )


def _describe_instance(name: str) -> Call:
    return Call(
        service="rds",
        operation="DescribeDBInstances",
        params={"DBInstanceIdentifier": name},
    )
