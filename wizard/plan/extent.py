"""What no answers say: how a deployment is to be taken back, and what else is there of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Data(StrEnum):
    """What becomes of the agent's database."""

    FINAL_SNAPSHOT = "final-snapshot"
    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the person wants it taken away; the defaults can all be taken back, for a while."""

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
    snapshots: tuple[Snapshot, ...] = ()
    """Snapshots of the cluster that are there already."""
