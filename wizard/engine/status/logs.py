"""The last lines that the agent wrote."""

from __future__ import annotations

from datetime import UTC, datetime

from wizard.engine.account.asking import Asking
from wizard.engine.status.data import LogLine
from wizard.hosts.host import host

LINES = 8
LONGEST = 500
"""Characters of a line."""


def last_lines(asking: Asking, arn: str) -> tuple[LogLine, ...]:
    """Of the stream that was written last; nothing where there is none yet. Raises AwsError.

    As the agent wrote them: who shows them cleans them.
    """
    group = host().log_group(arn)
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
