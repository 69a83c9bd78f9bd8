"""What a plan is made of besides answers: facts of machine and account, and what a host adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.names import Names
from wizard.base.offer import host_module
from wizard.base.values import Value
from wizard.documents.document import Document
from wizard.local.formae.config import Client

if TYPE_CHECKING:
    from wizard.plan.model import Call, Step
    from wizard.plan.resources.common import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """Facts the plan is made of, besides the answers; reading them changes nothing."""

    account: str = ""
    """Twelve digits; empty while nobody is signed in."""
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """IAM actions that AWS's resource types need, by the chosen service."""
    own_policy: str = ""
    """The text of the person's policy file."""
    image_config: str = ""
    """Digest of the source image's config, where another image in ECR is to be replaced."""
    image_digest: str = ""
    """Digest by which a host pulls the image from where it is published; empty where unknown."""
    client: Client = field(default_factory=Client)
    attached_before: tuple[str, ...] = ()
    """ARNs of policies that an earlier run attached to the instance role, as its record proves."""
    policies_before: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Our numbered policies that nobody but the instance role has, with their older versions."""
    host_before: tuple[str, ...] = ()
    """What an earlier run made on the host and a plan may not want any more, in its own words."""
    opened: tuple[str, ...] = ()
    """Security groups, by their ids, that let the agent in to a database it does not use so now."""
    password_read: bool = False
    """Whether an earlier run let the execution role read the database's password."""
    data_api_before: bool = False
    """Whether the agent's role may use the Data API, and an agent that is wanted now need not."""
    cluster_made: bool = False
    """Whether the deployment's own cluster is there, and needs no snapshot any more."""
    passwords_before: Mapping[str, str] = field(default_factory=dict)
    """Versions of secrets with the passwords of before the snapshot, by the secret's step."""
    tags_before: tuple[str, ...] = ()
    """Keys of the tags that an earlier run put on everything, as its record proves."""
    secret_keys: tuple[str, ...] = ()
    """ARNs of the customer keys that encrypt the secrets the agent reads."""
    password_given: bool = False
    """Whether the person gave a password for the API, instead of having one generated."""
    others: tuple[OtherHost, ...] = ()
    """Hosts besides the wanted one that have parts of the deployment."""


class Data(StrEnum):
    """What becomes of the agent's database."""

    FINAL_SNAPSHOT = "final-snapshot"
    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the person wants a deployment removed; the defaults can all be undone for a while."""

    data: Data = Data.FINAL_SNAPSHOT
    snapshot: str = ""
    """The final snapshot's name, one that is free."""
    purge_secrets: bool = False
    """No recovery window: what is in the secrets is gone at once."""


@dataclass(frozen=True, slots=True)
class OthersCluster:
    """A cluster that was there before the agent, with the agent's database in it."""

    cluster: str
    """ARN."""
    secret: str
    """ARN."""
    database: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot somebody had made of the wizard's cluster, and its size."""

    name: str
    gigabytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What the account lists under a deployment's names, besides what every deployment has."""

    theirs: OthersCluster | None = None
    serves: str = ""
    """The region of the database that the instance role may use; roles are the same in each."""
    attached: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """ARNs of policies attached, by the role's step."""
    inline: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of inline policies, by the role's step."""
    profiles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of instance profiles that hold the role, by its step."""
    versions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Ids of versions that are not the default, by the policy's number."""
    members: tuple[str, ...] = ()
    """Instances of the cluster besides the wizard's."""
    left: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """ARNs or names of what the host leaves, by the host's word for it."""
    opened: tuple[str, ...] = ()
    """Security groups of others, by their ids, that let the agent in to its database."""
    database_group: bool = False
    """Whether there is a security group of the deployment's own cluster."""
    subnet_group: bool = False
    """Whether there is a group of subnets that RDS placed that cluster in."""
    copied: bool = False
    """Whether there is a repository for the image on a host that can do without."""
    snapshots: tuple[Snapshot, ...] = ()
    """Snapshots of the cluster that are there already."""


@dataclass(frozen=True, slots=True)
class OtherHost:
    """A host that has parts of a deployment which is wanted on another one."""

    key: str
    """What it is called."""
    extent: Extent
    parts: frozenset[str]
    """The steps of a removal whose things are there and are the wizard's."""


AGENT_ROLE = "instance-role"
"""The step of the role that the agent works with, on every host."""

EXECUTION_ROLE = "execution-role"
"""The step of the role with which a host in a VPC starts the agent, and reads its secrets."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A read call that lists what may be left of a deployment; `names` is their JMESPath."""

    call: Call
    names: str


class Hosting(Protocol):
    """How one host runs an agent, as steps and documents. Pure: nothing here asks AWS."""

    def trusts(self) -> Mapping[str, Document]:
        """The trust policy of each role that is made, by the role's step, `AGENT_ROLE` included."""

    def policies(self) -> Mapping[str, Document]:
        """What roles of the host's own may do beside AWS's policies, by the role's step."""

    def roles(
        self, site: Site, trusts: Mapping[str, Document], policies: Mapping[str, Document]
    ) -> list[Step]:
        """The roles of the host's own, without the agent's: with what they may do."""

    def place(self, site: Site) -> list[Step]:
        """The looks for where the agent is in the network; none outside a VPC.

        They refuse what no agent can be in, and what one that is deployed cannot be moved to.
        """

    def agent_role(self) -> tuple[str, str]:
        """Title and reason of the role that the agent works with."""

    def requests(self, site: Site, config: Document) -> list[Document]:
        """The requests that deploy the agent with that config, which the person may edit."""

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """The steps that deploy the agent, the one called `service` last; it waits for `after`.

        `service` has the outputs `arn` and `url`, the agent's address behind its offer's `scheme`.
        """

    def stopped(self, site: Site) -> Step:
        """The look for a service that is there, whose one expectation stops its agent.

        The service stays, and starts its agent again as the step `service` says. `wait` ends once
        no agent runs.
        """

    def redeployed(
        self, names: Names, region: str, now: Any, variable: Mapping[str, Value]
    ) -> list[Step]:
        """The steps that deploy an agent that is there with one environment variable changed.

        The one called `service` is the last. `now` is the `source` of its view.
        """

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """What a removal must look for besides the plan's own steps, by a word of the host's."""

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """The steps that take away what the `leftovers` listed; each says what it is part of."""


def hosting(host: str) -> Hosting:
    """The host with that key; empty for the default."""
    found: Hosting = host_module(host, "host").HOST
    return found
