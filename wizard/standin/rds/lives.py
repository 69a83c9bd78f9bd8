"""The lives of clusters and instances: what moto does not keep, above all the passing of time."""

from dataclasses import dataclass, field

from wizard.standin.clock import Clock
from wizard.standin.durations import Durations

Key = tuple[str, str]
"""Region and identifier."""

CONFIGURING, BACKING_UP = 0.6, 0.8
"""When in its creation an instance changes its status."""


@dataclass(slots=True, kw_only=True)
class ClusterLife:
    """One cluster from its creation to its end."""

    arn: str
    created: float
    modified: float | None = None
    deleted: float | None = None
    final_snapshot: str = ""
    stopped: bool = False
    endpoint: bool = False
    endpoint_changed: float | None = None
    master: str = ""
    """Of a cluster in express configuration: its master user, who has tokens only."""
    password: str = field(default="", repr=False)
    """The master user's, which only the gateway knows."""
    tokens: bool = False
    """Whether its master user signs in with tokens of IAM, and has no password."""
    restored: bool = False
    """Whether it came from a snapshot."""

    @property
    def express(self) -> bool:
        """Whether it is in express configuration."""
        return bool(self.master)

    def takes(self, durations: Durations) -> float:
        """How long its creation takes."""
        if self.restored:
            return durations.cluster_restore
        return durations.express_create if self.express else durations.cluster_create

    def status(self, clock: Clock, durations: Durations) -> str:
        """What DescribeDBClusters shows."""
        if self.deleted is not None:
            return "deleting"
        if self.stopped:
            return "stopped"
        if clock.since(self.created) < self.takes(durations):
            return "creating"
        if self.modified is not None and clock.since(self.modified) < durations.cluster_modify:
            return "modifying"
        return "available"

    def endpoint_enabled(self, clock: Clock, durations: Durations) -> bool:
        """Whether the Data API is switched on by now."""
        changed = self.endpoint_changed
        settled = changed is None or clock.since(changed) >= durations.http_endpoint
        return self.endpoint if settled else not self.endpoint


@dataclass(slots=True, kw_only=True)
class InstanceLife:
    """One instance from its creation to its end."""

    cluster: str
    created: float
    deleted: float | None = None
    express: bool = False
    """Whether it came with its cluster, in express configuration."""
    broken: str = ""
    """A state that it does not leave by itself, such as `failed`."""

    def status(self, clock: Clock, durations: Durations) -> str:
        """What DescribeDBInstances shows."""
        if self.deleted is not None:
            return "deleting"
        if self.broken:
            return self.broken
        part = clock.since(self.created) / max(self.takes(durations), 0.001)
        if part < CONFIGURING:
            return "creating"
        if part < BACKING_UP:
            return "configuring-enhanced-monitoring"
        return "backing-up" if part < 1 else "available"

    def takes(self, durations: Durations) -> float:
        """How long its creation takes."""
        return durations.express_create if self.express else durations.instance_create


@dataclass(slots=True, kw_only=True)
class SnapshotLife:
    """One snapshot of a cluster."""

    arn: str
    created: float
    tokens: bool = False
    """Whether the master user of the cluster signed in with tokens of IAM."""

    def status(self, clock: Clock, durations: Durations) -> str:
        """What DescribeDBClusterSnapshots shows."""
        done = clock.since(self.created) >= durations.cluster_snapshot
        return "available" if done else "creating"


@dataclass(slots=True)
class Lives:
    """All of them, and the events of those that are gone."""

    clusters: dict[Key, ClusterLife] = field(default_factory=dict)
    instances: dict[Key, InstanceLife] = field(default_factory=dict)
    snapshots: dict[Key, SnapshotLife] = field(default_factory=dict)
    past: list[tuple[Key, str, float, str]] = field(default_factory=list)
    """Region and identifier, kind, when, and message of single events."""

    def end_cluster(self, key: Key, when: float) -> None:
        """A cluster is gone; its end stays among the events."""
        del self.clusters[key]
        self.past.append((key, "db-cluster", when, "DB cluster deleted"))

    def end_instance(self, key: Key, when: float) -> None:
        """An instance is gone; its end stays among the events."""
        del self.instances[key]
        self.past.append((key, "db-instance", when, "DB instance deleted"))

    def members(self, region: str, cluster: str) -> list[InstanceLife]:
        """The instances of a cluster."""
        return [
            life
            for (where, _), life in self.instances.items()
            if where == region and life.cluster == cluster
        ]
