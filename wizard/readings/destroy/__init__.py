"""Take a deployment back: found without local files, shown, and removed in reverse order."""

from wizard.readings.destroy.costs import Cost, costs, total
from wizard.readings.destroy.extent import snapshots
from wizard.readings.destroy.fates import Fate, Remains, Seen
from wizard.readings.destroy.leaving import Leaving, leaving
from wizard.readings.destroy.managed import Managed
from wizard.readings.destroy.only import only
from wizard.readings.destroy.run import Departure, depart

__all__ = [
    "Cost",
    "Departure",
    "Fate",
    "Leaving",
    "Managed",
    "Remains",
    "Seen",
    "costs",
    "depart",
    "leaving",
    "only",
    "snapshots",
    "total",
]
