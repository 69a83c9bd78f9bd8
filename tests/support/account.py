"""Looking at the stand-in's account, and at the calls that were made to it."""

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.support.standin import client
from wizard.journal.lock import KEY
from wizard.local.clock import CLOCK_VARIABLE, skipped

if TYPE_CHECKING:
    from wizard.standin.call import Call
    from wizard.standin.server import StandIn

READS = ("Describe", "List", "Get", "BatchGet", "Filter", "Simulate")
STATEMENTS = {"ExecuteStatement", "BatchExecuteStatement"}


def changes(standin: "StandIn") -> list[str]:
    """Every call so far that changes something, as service:operation."""
    return [str(call) for call in standin.calls if changing(call)]


def claiming(call: "Call") -> bool:
    """Whether the call only says which run is at work on the deployment.

    That comes and goes with the run and is no part of what it makes; `tests/journal` is about it.
    """
    tags = call.params.get("tags")
    return (
        str(call) in {"ecr:TagResource", "ecs:TagResource"}
        and isinstance(tags, list)
        and {tag.get("Key", tag.get("key")) for tag in tags} == {KEY}
    )


def changing(call: "Call") -> bool:
    """Whether the call changes something."""
    if claiming(call):
        return False
    if call.operation in STATEMENTS:
        return not call.params["sql"].lstrip().upper().startswith("SELECT")
    return not call.operation.startswith(READS)


def account_now() -> datetime:
    """The moment on the account's clock, which is ahead of this machine's after jumps."""
    file = os.environ.get(CLOCK_VARIABLE)
    ahead = skipped(file).seconds() if file else 0.0
    return datetime.now(UTC) + timedelta(seconds=ahead)


def service() -> Any:
    """The one App Runner service, described."""
    runner = client("apprunner")
    (summary,) = runner.list_services()["ServiceSummaryList"]
    return runner.describe_service(ServiceArn=summary["ServiceArn"])["Service"]


def secret(name: str) -> str:
    """A secret's text."""
    text: str = client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    return text
