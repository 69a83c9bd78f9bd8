"""What one look before the first change found, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wizard.base.errors import WizardError


class CheckState(StrEnum):
    """How a check stands. Only a problem blocks."""

    RUNNING = "running"
    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """Not looked at, or AWS would not say; `found` tells why. Blocks nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """A look's result. `found` is a sentence without its full stop."""

    state: CheckState
    found: str
    troubles: tuple[WizardError, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. The same `id` comes twice: running, then as it ended."""

    id: str
    name: str
    state: CheckState = CheckState.RUNNING
    found: str = ""
    troubles: tuple[WizardError, ...] = ()
    """What is wrong or doubtful: what, why and how to put it right. Empty when fine."""

    @property
    def problem(self) -> WizardError | None:
        """What blocks, as one; None when nothing does."""
        return _one(self.troubles) if self.state is CheckState.PROBLEM else None

    @property
    def warning(self) -> WizardError | None:
        """What is doubtful, as one; going on overrides it."""
        return _one(self.troubles) if self.state is CheckState.WARNING else None


def fine(found: str) -> Said:
    """All is well."""
    return Said(CheckState.FINE, found)


def unknown(found: str, trouble: WizardError | None = None) -> Said:
    """It could not be looked at, and need not be."""
    return Said(CheckState.UNKNOWN, found, (trouble,) if trouble else ())


def warning(trouble: WizardError) -> Said:
    """It may go wrong."""
    return Said(CheckState.WARNING, trouble.what.rstrip("."), (trouble,))


def problem(*troubles: WizardError) -> Said:
    """It will go wrong."""
    alone = troubles[0].what.rstrip(".")
    found = alone if len(troubles) == 1 else f"{len(troubles)} problems"
    return Said(CheckState.PROBLEM, found, troubles)


def distinct(troubles: Iterable[WizardError]) -> list[WizardError]:
    """Each trouble once: many looks may fail for one reason."""
    found: list[WizardError] = []
    for each in troubles:
        if each not in found:
            found.append(each)
    return found


def _one(troubles: tuple[WizardError, ...]) -> WizardError | None:
    if len(troubles) < 2:
        return troubles[0] if troubles else None

    def together(name: str) -> str:
        texts = (str(getattr(each, name)) for each in troubles)
        return " ".join(dict.fromkeys(filter(None, texts)))

    first = troubles[0]
    told = (together("what"), together("why"), together("fix"), first.code)
    return WizardError(*told, entry=first.entry, origin=first.origin)
