"""What ECS keeps: clusters, task definitions, services with their deployments, tasks, gateways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from wizard.standin.apprunner.container import Container
from wizard.standin.apprunner.edge import Edge


class Rollout(StrEnum):
    """Where a service's deployment is."""

    PENDING = "PENDING"
    RUNNING = "IN_PROGRESS"
    SUCCEEDED = "SUCCESSFUL"
    STOPPED = "STOPPED"
    ROLLING_BACK = "ROLLBACK_IN_PROGRESS"
    ROLLED_BACK = "ROLLBACK_SUCCESSFUL"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"


UNDER_WAY = frozenset({Rollout.PENDING, Rollout.RUNNING, Rollout.ROLLING_BACK})


def new_id() -> str:
    """An id as ECS makes them."""
    return uuid4().hex


@dataclass(slots=True, kw_only=True)
class Cluster:
    """One cluster."""

    arn: str
    name: str
    status: str = "ACTIVE"
    settings: list[dict[str, str]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class TaskDefinition:
    """One revision of a family."""

    arn: str
    revision: int
    params: dict[str, Any]
    registered: float
    status: str = "ACTIVE"
    deregistered: float | None = None
    tags: dict[str, str] = field(default_factory=dict)

    def container(self, port_name: str) -> tuple[dict[str, Any], str]:
        """The container with a port called so, and the port; KeyError where there is none."""
        for each in self.params["containerDefinitions"]:
            for mapping in each.get("portMappings") or []:
                if mapping.get("name") == port_name:
                    return each, str(mapping["containerPort"])
        raise KeyError(port_name)


@dataclass(slots=True, kw_only=True)
class Revision:
    """What a service is deployed from, frozen."""

    arn: str
    definition: TaskDefinition
    config: dict[str, Any]
    created: float


@dataclass(slots=True, kw_only=True)
class Task:
    """One task: its life from the order to start it until it has stopped."""

    arn: str
    revision: Revision
    created: float
    container: Container | None = None
    passed: float | None = None
    """When its last health check passed; None where it failed, and before the first."""
    stopping: float | None = None
    stopped: float | None = None
    code: str = ""
    reason: str = ""
    exit_reason: str = ""

    @property
    def status(self) -> str:
        """ECS's word for where it is."""
        if self.stopped is not None:
            return "STOPPED"
        if self.stopping is not None:
            return "DEPROVISIONING"
        return "RUNNING" if self.container else "PENDING"


@dataclass(slots=True, kw_only=True)
class Deployment:
    """One deployment of a service."""

    arn: str
    revision: Revision
    sources: list[Revision]
    created: float
    id: str = field(default_factory=lambda: f"ecs-svc/{uuid4().int % 10**19}")
    status: Rollout = Rollout.PENDING
    reason: str = ""
    started: float | None = None
    finished: float | None = None
    failed: int = 0
    """Tasks that failed so far, since the deployment or its rollback began."""
    failures: int = 0
    """Those before the circuit breaker triggered."""
    well: float | None = None
    """Since when the new tasks of a canary are healthy beside the old ones."""
    back_to: Revision | None = None
    alarmed: bool = False
    """Whether its alarm has made it roll back."""
    rolled_back: float | None = None

    @property
    def under_way(self) -> bool:
        """Whether ECS is still at it."""
        return self.status in UNDER_WAY

    @property
    def target(self) -> Revision:
        """What the service is to run, in the end."""
        return self.back_to or self.revision


@dataclass(slots=True, kw_only=True)
class Route:
    """What a gateway has for one service."""

    arn: str
    gateway: Gateway
    port_name: str
    edge: Edge
    created: float
    wedged: bool = False
    """Whether ECS met a refusal that it never tries again."""
    status: str = "CREATE_IN_PROGRESS"
    answers: list[tuple[float, int]] = field(default_factory=list)
    """When it answered a request, and with which status."""
    balancer_group: str = ""
    service_group: str = ""
    leaving: float | None = None


@dataclass(slots=True, kw_only=True)
class Service:
    """One service."""

    arn: str
    name: str
    cluster: Cluster
    region: str
    desired: int
    settings: dict[str, Any]
    created: float
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "ACTIVE"
    deployments: list[Deployment] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    events: list[tuple[float, str]] = field(default_factory=list)
    route: Route | None = None
    express: dict[str, Any] | None = None
    """What an Express service was asked for; None of any other."""

    @property
    def living(self) -> list[Task]:
        """Tasks that have not stopped."""
        return [each for each in self.tasks if each.stopped is None]

    @property
    def revision(self) -> Revision:
        """What it runs, or is to run."""
        return self.deployments[0].target


@dataclass(slots=True, kw_only=True)
class Gateway:
    """One gateway."""

    arn: str
    name: str
    vpc: str
    params: dict[str, Any]
    created: float
    updated: float
    token: str = ""
    status: str = "ACTIVE"
    clusters: dict[str, str] = field(default_factory=dict)
    """The state of each association, by the cluster's ARN."""
    failures: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def network(self) -> dict[str, Any]:
        """Its network configuration."""
        found: dict[str, Any] = self.params["configuration"]["hostSharedAlb"][
            "networkConfiguration"
        ]
        return found

    @property
    def internal(self) -> bool:
        """Whether only those who are in the VPC reach what it serves."""
        return bool(self.params["configuration"]["hostSharedAlb"].get("scheme") == "internal")


@dataclass(slots=True, kw_only=True)
class Region:
    """All that one region has."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    definitions: dict[str, list[TaskDefinition]] = field(default_factory=dict)
    """By family, the oldest first."""
    services: list[Service] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=list)
    balancers: dict[str, Gateway] = field(default_factory=dict)
    """What Express services share, by the VPC and whether it is internal."""


def moment(when: float | None) -> datetime | None:
    """A timestamp as the serialisers want it."""
    return None if when is None else datetime.fromtimestamp(when, UTC).replace(tzinfo=None)


def some(given: dict[str, Any]) -> dict[str, Any]:
    """Without what is not there."""
    return {name: value for name, value in given.items() if value is not None}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as ECS lists them."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags as they are kept."""
    return {tag["key"]: tag.get("value", "") for tag in tags or []}
