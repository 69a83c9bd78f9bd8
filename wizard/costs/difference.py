"""What a changed answer changes in the bill, said at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from wizard.costs.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Change:
    """One line that costs more or less than before; lines that came or went count from nothing."""

    what: str
    idle: Decimal
    busy: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """Dollars a month more (or, negative, less) than before."""

    changes: tuple[Change, ...]

    @property
    def idle(self) -> Decimal:
        """In an idle month."""
        return sum((change.idle for change in self.changes), Decimal(0))

    @property
    def busy(self) -> Decimal:
        """In a busy month."""
        return sum((change.busy for change in self.changes), Decimal(0))

    @property
    def words(self) -> str:
        """One sentence, for beside the changed field."""
        if not self.idle and not self.busy:
            return "Costs the same."
        if self.idle == self.busy:
            return f"{_more(self.idle)} a month."
        return f"{_more(self.idle)} a month idle, {_more(self.busy, start=False)} busy."


def difference(before: Estimate, after: Estimate) -> Difference:
    """What `after` costs more than `before`, line by line."""
    old = {line.what: (line.idle, line.busy) for line in before.lines}
    new = {line.what: (line.idle, line.busy) for line in after.lines}
    nothing = (Decimal(0), Decimal(0))
    changes = [
        Change(
            what,
            *(a - b for a, b in zip(new.get(what, nothing), old.get(what, nothing), strict=True)),
        )
        for what in {**old, **new}
    ]
    return Difference(tuple(change for change in changes if change.idle or change.busy))


def _more(amount: Decimal, *, start: bool = True) -> str:
    if not amount:
        return "The same" if start else "the same"
    return f"${abs(amount):,.2f} {'more' if amount > 0 else 'less'}"
