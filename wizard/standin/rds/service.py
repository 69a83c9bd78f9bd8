"""RDS laid over moto's: one table of the operations that differ."""

import ssl

from wizard.standin.quotas import account_attributes
from wizard.standin.rds import events, versions
from wizard.standin.rds.clusters import Clusters
from wizard.standin.rds.gateway import Gateways
from wizard.standin.rds.instances import Instances
from wizard.standin.rds.lives import Lives
from wizard.standin.rds.snapshots import Snapshots
from wizard.standin.world import Operation, World


class Rds:
    """Clusters, instances, versions and events."""

    complete = False

    def __init__(self, world: World, trust: ssl.SSLContext) -> None:
        """`trust` is what the gateways of clusters in express configuration show clients."""
        self._world = world
        self.lives = Lives()
        self.gateways = Gateways(world, trust)
        self._clusters = Clusters(world, self.lives, self.gateways)
        self._instances = Instances(world, self.lives)
        self._snapshots = Snapshots(world, self.lives)

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "DescribeDBEngineVersions": versions.describe,
            "DescribeAccountAttributes": lambda call: account_attributes(self._world, call),
            "DescribeEvents": lambda call: events.describe(self._world, self.lives, call),
            **self._clusters.operations,
            **self._instances.operations,
            **self._snapshots.operations,
        }

    def advance(self) -> None:
        """Let time do what it did since the last call; instances end before their cluster."""
        self._instances.advance()
        self._clusters.advance()
