"""What a plan is made of besides answers: facts of machine and account, how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.local.formae.config import Client


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
