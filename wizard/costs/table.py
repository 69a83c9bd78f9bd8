"""The estimate as rows of text, ready for any face."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from wizard.costs.estimate import Estimate
from wizard.costs.prices import LIVE


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `kind` is "fixed", "usage", or "total" for the last one."""

    what: str
    kind: str
    idle: str
    busy: str
    assumption: str


def table(estimate: Estimate) -> list[Row]:
    """Every line and the total; amounts are dollars a month."""
    rows = [
        Row(
            line.what,
            line.kind.value,
            money(line.idle, about=line.about),
            money(line.busy, about=line.about),
            line.assumption,
        )
        for line in estimate.lines
    ]
    total = Row(
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
        return "AWS's prices of today"
    return f"prices of {day.day} {day:%b %Y}"


def money(amount: Decimal, *, about: bool = False) -> str:
    """Dollars and cents; "about" where the price is not exact. Nothing is exactly nothing."""
    text = f"${amount:,.2f}"
    return f"about {text}" if about and amount else text


def _whole(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"
