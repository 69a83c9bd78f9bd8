"""What every service of the stand-in shares: time, moto's state, roles, secrets, databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from wizard.standin.bridge import ACCOUNT, Moto
from wizard.standin.call import Call
from wizard.standin.clock import Clock
from wizard.standin.dataapi.databases import Databases
from wizard.standin.docker.image import SHARE
from wizard.standin.durations import Durations
from wizard.standin.roles import Roles

Operation = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A real registry that stands for ECR, because a real Docker engine pushes there."""

    address: str
    """As in `127.0.0.1:5000`."""
    user: str
    password: str


@dataclass(slots=True, kw_only=True)
class World:
    """The shared state. One per stand-in."""

    clock: Clock
    durations: Durations
    moto: Moto
    roles: Roles
    databases: Databases
    folder: Path
    registry: Registry | None = None
    endpoint: str = ""
    account: str = field(default=ACCOUNT)
    limits: dict[str, int] = field(default_factory=dict)
    """Quotas other than usual, by name."""
    failing_deletions: int = 0
    """So many of App Runner's next deletions end in DELETE_FAILED."""
    wedged_routes: int = 0
    """So many of the next routes of gateways come to a halt and never go on."""
    caller: str = "198.51.100.7"
    """The address from which requests come to load balancers, as security groups see them."""
    image_share: int = SHARE
    """The image that travels is so many times smaller than formae's."""
    registries: str = ""
    """The URL of the source's registry and of ECR's; empty before they listen."""
    account_plan: dict[str, Any] | None = None
    """What GetAccountPlanState says; None for an account that is older than such plans."""
    managed: dict[str, Any] = field(default_factory=dict)
    """What agents that start from now on say they manage, as in formae's statistics."""

    def arn(self, service: str, region: str, resource: str) -> str:
        """An ARN in this account."""
        return f"arn:aws:{service}:{region}:{self.account}:{resource}"


class Service(Protocol):
    """One AWS service, or what the stand-in lays over moto's."""

    complete: bool
    """Whether operations not listed are refused instead of passed on to moto."""

    @property
    def operations(self) -> dict[str, Operation]:
        """The operations answered here."""
        ...

    def advance(self) -> None:
        """Let time do what it did since the last call."""
        ...
