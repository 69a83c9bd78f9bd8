"""What `status` knows, as data. Words in capitals are AWS's own; times are ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from wizard.base.errors import WizardError
from wizard.costs import Estimate
from wizard.engine.account.asking import Unreadable
from wizard.engine.account.deployments import Part
from wizard.engine.drift import Drift
from wizard.engine.flow import Identity
from wizard.hosts.host import Operation, ServiceView
from wizard.journal.lock import Claim

AGENT, OPERATIONS, LOG, DATABASE, DIFFERS = "agent", "operations", "log", "database", "differs"
SIDES = frozenset({AGENT, OPERATIONS, LOG, DATABASE, DIFFERS})
"""From which a deployment is looked at, side by side."""
ANSWERS = 200
REFUSED = frozenset({401, 403})
"""What an agent, or a wall before it, says to strangers."""


@dataclass(frozen=True, slots=True)
class Image:
    """What lies in ECR under the name that the service has it by."""

    digest: str
    """`sha256:…`."""
    pushed: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a URL said: the status of HTTP; None, and why, where nothing was asked or answered."""

    status: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """What the agent answers to its owner and to strangers."""

    health: Reply = Reply()
    strangers: Reply = Reply()
    owner: Reply = Reply()
    """With the stored password."""
    version: str = ""

    @property
    def answers(self) -> bool:
        """Whether the agent says of itself that it is well."""
        return self.health.status == ANSWERS

    @property
    def open(self) -> bool:
        """Whether anybody is let in."""
        return self.strangers.status == ANSWERS

    @property
    def refuses(self) -> bool:
        """Whether the agent refuses strangers."""
        return self.strangers.status in REFUSED


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a cluster."""

    name: str
    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of CloudWatch's, and of when it is."""

    value: float
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The cluster. Capacity is in Aurora capacity units."""

    cluster: str
    own: bool
    """Whether the wizard made it."""
    status: str
    engine_version: str
    least: float | None
    most: float | None
    gateway: bool = False
    """Whether it is reached over the internet, with IAM tokens only."""
    instances: tuple[Instance, ...] = ()
    capacity: Figure | None = None
    volume: Figure | None = None
    """Bytes used."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that the agent wrote."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentState:
    """All that `status` knows of one deployment."""

    name: str
    region: str
    ours: bool
    """Whether the wizard made any of it."""
    parts: tuple[Part, ...]
    claim: Claim | None = None
    """Whose run says that it is at work on it."""
    demo: bool = False
    """Whether it is one of the demo's, and costs nothing."""
    service: ServiceView | None = None
    image: Image | None = None
    other_image: str = ""
    """That ECR has another image than its source, as sentences; empty where nothing says so."""
    operations: tuple[Operation, ...] = ()
    """The last ones first."""
    agent: Agent = Agent()
    protected: bool | None = None
    """Whether its config asks for a password; None where that cannot be seen."""
    version: str = ""
    """Of the agent as deployed: the image's tag."""
    database: Database | None = None
    datastore: str = ""
    """How the agent reaches it: `postgres` or `data-api`; empty where that cannot be seen."""
    internal: bool = False
    """Whether its address can only be reached from inside the VPC."""
    logs: tuple[LogLine, ...] = ()
    drift: tuple[Drift, ...] | None = None
    """What is not as the wizard would make it; None where it could not be looked for."""
    edited: tuple[str, ...] = ()
    """Titles of documents that are as they were edited by hand on this machine."""
    theirs: tuple[str, ...] = ()
    """What others put beside ours, and every change keeps."""
    estimate: Estimate | None = None
    gaps: tuple[Unreadable, ...] = ()
    pending: frozenset[str] = frozenset()
    """Sides that are still being looked at: of SIDES."""

    @property
    def unreachable(self) -> bool:
        """Whether nothing answers here because the address is for those in the VPC alone."""
        return self.internal and self.agent.health.status is None

    @property
    def well(self) -> bool:
        """Whether the agent answers, and refuses strangers or is open because somebody chose so.

        Of one that this machine need not reach, AWS's own checks at its last deployment count.
        """
        if self.unreachable:
            return bool(self.operations) and self.operations[0].status == "SUCCESSFUL"
        chosen = self.agent.open and self.protected is False
        return self.agent.answers and (self.agent.refuses or chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What this machine brings: the CLI's version (empty where there is none), the newest known."""

    cli: str
    newest: str
    newest_by: str = "known"
    """How that is known, as the words after “the newest release”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What AWS has counted, from the first of the month on. Days are `2026-11-01`."""

    begin: str
    end: str
    """The day after the last."""
    regions: tuple[str, ...]
    services: Mapping[str, Decimal]
    """By service, the dearest first; empty where nothing was counted yet."""
    unit: str
    """The currency."""
    own: bool
    """Whether only what carries our tag was counted; else all there is of these services."""

    @property
    def total(self) -> Decimal:
        """Dollars spent on all services since the first of the month."""
        return sum(self.services.values(), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that `status` has to say."""

    machine: Machine
    regions: tuple[str, ...]
    """Those that were looked at."""
    name: str = ""
    """The only one that was looked for; empty where all were."""
    identity: Identity | None = None
    problem: WizardError | None = None
    """Why nobody is signed in."""
    deployments: tuple[DeploymentState, ...] = ()
    gaps: tuple[Unreadable, ...] = ()
    spent: Spent | None = None
    """None where it was not asked, or not told."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """By name: what there is of a deployment that belongs to no region."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What was read and must be shown nowhere."""
