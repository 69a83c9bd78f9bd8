"""The cluster, its instances, and what CloudWatch has measured of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wizard.engine.account.asking import Asking, Unreadable, tried
from wizard.engine.status.data import Database, Figure, Instance

MINUTE = 60
HOUR = 60 * MINUTE
CAPACITY = ("ServerlessDatabaseCapacity", 5 * MINUTE, timedelta(hours=1))
VOLUME = ("VolumeBytesUsed", HOUR, timedelta(days=1))
"""A metric of AWS/RDS, the seconds that a figure stands for, and how far one looks back."""


def database(asking: Asking, cluster: str, *, own: bool) -> Database | None:
    """The cluster of that name or ARN; None where there is none. Raises AwsError."""
    answer = asking.ask("rds", "DescribeDBClusters", {"DBClusterIdentifier": cluster})
    found = ((answer or {}).get("DBClusters") or [None])[0]
    if found is None:
        return None
    name = str(found["DBClusterIdentifier"])
    looks: dict[str, Any] = {
        "instances": (lambda: _instances(asking, name), ()),
        "current capacity": (lambda: _figure(asking, name, *CAPACITY), None),
        "space used": (lambda: _figure(asking, name, *VOLUME), None),
    }
    seen = tried(asking, looks)
    _told_missing(asking, seen)
    range_ = found.get("ServerlessV2ScalingConfiguration") or {}
    return Database(
        cluster=name,
        own=own,
        status=str(found.get("Status", "")),
        engine_version=str(found.get("EngineVersion", "")),
        least=range_.get("MinCapacity"),
        most=range_.get("MaxCapacity"),
        gateway=bool(found.get("InternetAccessGatewayEnabled")),
        instances=seen["instances"],
        capacity=seen["current capacity"],
        volume=seen["space used"],
    )


def _instances(asking: Asking, cluster: str) -> tuple[Instance, ...]:
    wanted = {"Filters": [{"Name": "db-cluster-id", "Values": [cluster]}]}
    answer = asking.ask("rds", "DescribeDBInstances", wanted) or {}
    return tuple(
        Instance(
            str(each["DBInstanceIdentifier"]),
            str(each.get("DBInstanceStatus", "")),
            str(each.get("DBInstanceClass", "")),
        )
        for each in answer.get("DBInstances", [])
        if each.get("DBClusterIdentifier") == cluster
    )


def _figure(
    asking: Asking, cluster: str, metric: str, period: int, back: timedelta
) -> Figure | None:
    now = datetime.now(UTC)
    answer = asking.ask(
        "cloudwatch",
        "GetMetricStatistics",
        {
            "Namespace": "AWS/RDS",
            "MetricName": metric,
            "Dimensions": [{"Name": "DBClusterIdentifier", "Value": cluster}],
            "StartTime": now - back,
            "EndTime": now + timedelta(minutes=1),  # times are sent in whole seconds
            "Period": period,
            "Statistics": ["Average"],
        },
    )
    points = sorted((answer or {}).get("Datapoints", []), key=lambda each: each["Timestamp"])
    return Figure(float(points[-1]["Average"]), str(points[-1]["Timestamp"])) if points else None


def _told_missing(asking: Asking, seen: dict[str, Any]) -> None:
    """One line for what CloudWatch has no figures of; a refusal has told itself already."""
    refused = {gap.what.lower() for gap in asking.gaps}
    missing = [
        what
        for what in ("current capacity", "space used")
        if seen[what] is None and what not in refused
    ]
    if missing:
        both = " and ".join(missing)
        asking.gaps.append(Unreadable(both[:1].upper() + both[1:], "CloudWatch has no data yet."))
