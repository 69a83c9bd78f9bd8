"""The estimate as rows of text, ready for any face.

What a changed answer changes in the bill, said at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from wizard.costs.estimate import Estimate
from wizard.costs.prices import LIVE


@dataclass(frozen=True, slots=True)
class CostRow:
    """One row; `kind` is "fixed", "usage", or "total" for the last one."""

    what: str
    kind: str
    idle: str
    busy: str
    assumption: str


def table(estimate: Estimate) -> list[CostRow]:
    """Every line and the total; amounts are dollars a month."""
    rows = [
        CostRow(
            line.what,
            line.kind.value,
            money(line.idle, about=line.about),
            money(line.busy, about=line.about),
            line.assumption,
        )
        for line in estimate.lines
    ]
    total = CostRow(
        "A month",
        "total",
        money(estimate.idle, about=estimate.about),
        money(estimate.busy, about=estimate.about),
        estimate.prices.notes[0],
    )
    return [*rows, total]


def summary(estimate: Estimate) -> str:
    """The bill in a sentence, for a review or an end; nobody pays to the cent."""
    return f"About ${_whole(estimate.idle)} a month idle, ${_whole(estimate.busy)} when busy."


def age(estimate: Estimate) -> str:
    """How old the prices are, in words."""
    day = estimate.prices.as_of
    if estimate.prices.source == LIVE:
        return "today's AWS prices"
    return f"prices of {day:%b} {day.day}, {day.year}"


def money(amount: Decimal, *, about: bool = False) -> str:
    """Dollars and cents; "about" where the price is not exact. Nothing is exactly nothing."""
    text = f"${amount:,.2f}"
    return f"about {text}" if about and amount else text


def _whole(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


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
