"""The running parts of a deployment in a status: the agent and its service, the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.base.json_input import parsed_json
from wizard.base.names import Names
from wizard.engine.account.asking import Asking, Unreadable, tried
from wizard.engine.status.data import (
    ANSWERS,
    Agent,
    Database,
    Figure,
    Image,
    Instance,
    LogLine,
    Reply,
)
from wizard.hosts.host import Operation, ServiceView, host, host_of
from wizard.plan.resources.common import HEALTH
from wizard.plan.resources.verify import STATS
from wizard.plan.world import HttpAnswer, World

LAST_OPERATIONS = 3

SILENT = frozenset({"PAUSED", "CREATE_FAILED", "DELETED", "DELETE_FAILED"})
"""States in which no agent runs."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API's user and password, as stored."""

    username: str
    password: str
    hash: str = ""

    def __repr__(self) -> str:
        """A text without password and hash."""
        return "Credentials(…)"

    @property
    def secrets(self) -> frozenset[str]:
        """What must be shown nowhere."""
        return frozenset(filter(None, (self.password, self.hash)))


def operations(asking: Asking, arn: str) -> tuple[Operation, ...]:
    """The last operations, the newest first. Raises AwsError."""
    return host(host_of(arn)).operations(asking.ask, arn)[:LAST_OPERATIONS]


def credentials(asking: Asking, names: Names) -> Credentials | None:
    """As stored; None where there are none. Raises AwsError, and WizardError for unusable ones."""
    answer = asking.ask("secretsmanager", "GetSecretValue", {"SecretId": names.api_secret})
    if answer is None:
        return None
    try:
        told = parsed_json(answer["SecretString"])
        hashed = str(told.get("bcrypt", ""))
        return Credentials(str(told["username"]), str(told["password"]), hashed)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise WizardError(
            f"The secret {names.api_secret} is not a JSON object with “username” and “password”.",
            entry="FW-SEC-002",
        ) from None


def agent(world: World, found: ServiceView, stored: Credentials | None) -> Agent:
    """Ask the agent itself: whether it is well, and whom it lets in."""
    if found.status in SILENT or not found.url:
        state = f"is {found.status}" if found.status else "has no address"
        reason = f"not checked: the service {state}"
        return Agent(health=Reply(reason=reason), strangers=Reply(reason=reason))
    asks: dict[str, Callable[[], HttpAnswer]] = {
        "health": lambda: world.probe(found.url + HEALTH, None, None),
        "strangers": lambda: world.probe(found.url + STATS, None, None),
    }
    if stored:
        user = stored
        asks["owner"] = lambda: world.probe(found.url + STATS, user.username, user.password)
    said = fan_out(asks, limit=20)
    replies = {name: _reply(said.get(name)) for name in asks}
    version = next(
        (
            str(answer.body.get("Version", ""))
            for name in ("owner", "strangers")
            if (answer := said.get(name))
            and answer.status == ANSWERS
            and isinstance(answer.body, dict)
        ),
        "",
    )
    return Agent(
        health=replies["health"],
        strangers=replies["strangers"],
        owner=replies.get("owner", Reply(reason="not checked: no password is stored")),
        version=version,
    )


def _reply(answer: HttpAnswer | None) -> Reply:
    if answer is None:
        return Reply(reason="no answer in 20 seconds")
    if not answer.status:
        return Reply(reason=answer.reason or "no answer")
    return Reply(answer.status)


ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.[^./]+\.amazonaws\.com[^/]*/(?P<repository>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def image(asking: Asking, service: ServiceView) -> Image | None:
    """Digest, and time of the push to ECR; None where nobody says, or it is not there any more.

    Raises AwsError.
    """
    match = ECR.fullmatch(service.image)
    if match is None:
        return Image(service.digest, "") if service.digest else None
    wanted = {"imageDigest": match["digest"]} if match["digest"] else {"imageTag": match["tag"]}
    params = {
        "registryId": match["account"],
        "repositoryName": match["repository"],
        "imageIds": [wanted],
    }
    found = (asking.ask("ecr", "DescribeImages", params) or {}).get("imageDetails") or []
    if not found:
        return None
    return Image(str(found[0].get("imageDigest", "")), str(found[0].get("imagePushedAt", "")))


LINES = 8

LONGEST = 500
"""Characters of a line."""


def last_lines(asking: Asking, arn: str) -> tuple[LogLine, ...]:
    """Of the stream that was written last; nothing where there is none yet. Raises AwsError.

    As the agent wrote them: who shows them cleans them.
    """
    group = host(host_of(arn)).log_group(arn)
    newest = {
        "logGroupName": group,
        "orderBy": "LastEventTime",
        "descending": True,
        "PaginationConfig": {"MaxItems": 1},
    }
    streams = (asking.ask("logs", "DescribeLogStreams", newest) or {}).get("logStreams") or []
    if not streams:
        return ()
    wanted = {
        "logGroupName": group,
        "logStreamName": streams[0]["logStreamName"],
        "limit": LINES,
        "startFromHead": False,
    }
    answer = asking.ask("logs", "GetLogEvents", wanted) or {}
    return tuple(
        LogLine(_time(each["timestamp"]), str(each["message"]).rstrip()[:LONGEST])
        for each in answer.get("events", [])[-LINES:]
    )


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


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
