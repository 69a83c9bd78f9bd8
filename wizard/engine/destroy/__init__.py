"""Take a deployment back: found without local files, shown, and removed in reverse order."""

from wizard.engine.destroy.discover import snapshots
from wizard.engine.destroy.plan import Cost, DeleteAction, Seen, costs, total
from wizard.engine.destroy.report import Leaving, leaving, only
from wizard.engine.destroy.run import Departure, depart

__all__ = [
    "Cost",
    "DeleteAction",
    "Departure",
    "Leaving",
    "Seen",
    "costs",
    "depart",
    "leaving",
    "only",
    "snapshots",
    "total",
]
