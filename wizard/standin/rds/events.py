"""DescribeEvents: what RDS reports while it works."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from wizard.standin.call import AwsError, Call
from wizard.standin.rds.lives import Lives
from wizard.standin.world import World

HOUR = 60
CLUSTER = ((0.95, "creation", "DB cluster created"),)
INSTANCE = (
    (0.55, "creation", "DB instance created"),
    (0.60, "availability", "DB instance restarted"),
    (0.80, "backup", "Backing up DB instance"),
    (0.97, "backup", "Finished DB Instance backup"),
)


class Line(NamedTuple):
    """One event."""

    when: float
    source: str
    kind: str
    category: str
    message: str


def describe(world: World, lives: Lives, call: Call) -> dict[str, Any]:
    """DescribeEvents, oldest first."""
    params = call.params
    source, kind = params.get("SourceIdentifier"), params.get("SourceType")
    if source and not kind:
        raise AwsError(
            "InvalidParameterCombination", "Cannot specify source identifier without source type"
        )
    minutes = int(params.get("Duration") or HOUR)
    earliest = world.clock.now() - minutes * 60
    if params.get("StartTime"):
        earliest = params["StartTime"].replace(tzinfo=UTC).timestamp()
    lines = [
        line
        for line in _lines(world, lives, call.region)
        if line.when >= earliest and source in {None, line.source} and kind in {None, line.kind}
    ]
    return {"Events": [_shown(world, call.region, line) for line in sorted(lines)]}


def _lines(world: World, lives: Lives, region: str) -> list[Line]:
    lines = [
        Line(when, name, kind, "notification", text)
        for (where, name), kind, when, text in lives.past
        if where == region
    ]
    durations = world.durations
    courses = (
        (lives.clusters, "db-cluster", CLUSTER),
        (lives.instances, "db-instance", INSTANCE),
    )
    for alive, kind, course in courses:
        for (where, name), life in alive.items():
            if where == region:
                lines += _course(
                    world, Line(life.created, name, kind, "", ""), life.takes(durations), course
                )
    return lines


def _course(
    world: World, start: Line, length: float, course: tuple[tuple[float, str, str], ...]
) -> list[Line]:
    age = world.clock.since(start.when)
    return [
        start._replace(
            when=start.when + part * length * world.clock.scale, category=category, message=text
        )
        for part, category, text in course
        if age >= part * length
    ]


def _shown(world: World, region: str, line: Line) -> dict[str, Any]:
    resource = "cluster" if line.kind == "db-cluster" else "db"
    return {
        "SourceIdentifier": line.source,
        "SourceType": line.kind,
        "Message": line.message,
        "EventCategories": [line.category],
        "Date": datetime.fromtimestamp(line.when, UTC),
        "SourceArn": world.arn("rds", region, f"{resource}:{line.source}"),
    }
