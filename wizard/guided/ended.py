"""What a guided session leaves behind for the command that started it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from wizard.flow import Prepared
    from wizard.plan.extent import Snapshot
    from wizard.readings.apply import Outcome
    from wizard.readings.destroy import Leaving
    from wizard.rotation.run import Rotation
    from wizard.runs.parting import Farewell


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


@dataclass(frozen=True, slots=True)
class Rotated:
    """The last rotation that was begun: what was to be done, and how it went."""

    rotation: Rotation
    outcome: Outcome
    put_back: bool = False
    """Whether the secrets are as they were, because the host took the deployment back."""
    words: tuple[str, ...] = ()
    """Which passwords work now, and what became of their copies."""


End: TypeAlias = Ended | Gone | Rotated
"""Whatever it was that took place last."""
