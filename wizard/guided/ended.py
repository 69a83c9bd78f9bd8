"""What a guided session leaves behind for the command that started it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.flow import Prepared
    from wizard.parting import Farewell
    from wizard.plan.extent import Snapshot
    from wizard.readings.apply import Outcome
    from wizard.readings.destroy import Leaving


@dataclass(frozen=True, slots=True)
class Ended:
    """The last run that took place: what was planned, and how it went."""

    prepared: Prepared
    outcome: Outcome
    remove: bool = False
    """Whether what it made is to be removed; that is shown and asked where it is done."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The last removal that took place: what was to go, and how it went."""

    farewell: Farewell
    leaving: Leaving
    outcome: Outcome
    kept: tuple[Snapshot, ...] = ()
    """Snapshots of the database that there are."""
