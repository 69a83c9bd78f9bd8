"""What App Runner keeps: services, their operations, their scaling configurations."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from wizard.standin.apprunner.container import Container
from wizard.standin.apprunner.edge import Edge


class Kind(StrEnum):
    """What an operation does."""

    CREATE = "CREATE_SERVICE"
    UPDATE = "UPDATE_SERVICE"
    DEPLOY = "START_DEPLOYMENT"
    PAUSE = "PAUSE_SERVICE"
    RESUME = "RESUME_SERVICE"
    DELETE = "DELETE_SERVICE"


class Status(StrEnum):
    """Where a service is."""

    CREATE_FAILED = "CREATE_FAILED"
    RUNNING = "RUNNING"
    DELETED = "DELETED"
    DELETE_FAILED = "DELETE_FAILED"
    PAUSED = "PAUSED"
    BUSY = "OPERATION_IN_PROGRESS"


class Outcome(StrEnum):
    """Where an operation is."""

    RUNNING = "IN_PROGRESS"
    FAILED = "FAILED"
    SUCCEEDED = "SUCCEEDED"
    ROLLING_BACK = "ROLLBACK_IN_PROGRESS"
    ROLLED_BACK = "ROLLBACK_SUCCEEDED"


@dataclass(slots=True, kw_only=True)
class Operation:
    """One thing App Runner does with a service."""

    kind: Kind
    started: float
    updated: float
    id: str = field(default_factory=lambda: str(uuid4()))
    status: Outcome = Outcome.RUNNING
    ended: float | None = None
    previous: dict[str, Any] | None = None
    """The configuration to go back to."""
    container: Container | None = None
    """What this operation brings up."""

    @property
    def under_way(self) -> bool:
        """Whether the service is still busy with it."""
        return self.status in {Outcome.RUNNING, Outcome.ROLLING_BACK}


@dataclass(slots=True, kw_only=True)
class AppService:
    """One service."""

    name: str
    region: str
    account: str
    edge: Edge
    config: dict[str, Any]
    created: float
    updated: float
    id: str = field(default_factory=lambda: uuid4().hex)
    status: Status = Status.BUSY
    deleted: float | None = None
    operations: list[Operation] = field(default_factory=list)
    container: Container | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The service's ARN; its last part is the id."""
        return f"arn:aws:apprunner:{self.region}:{self.account}:service/{self.name}/{self.id}"

    @property
    def log_group(self) -> str:
        """The common start of the names of both log groups."""
        return f"/aws/apprunner/{self.name}/{self.id}"


def moment(when: float | None) -> datetime | None:
    """A timestamp as the serialisers want it."""
    return None if when is None else datetime.fromtimestamp(when, UTC).replace(tzinfo=None)
