"""What one set of answers costs a month, line by line: idle, and in a busy month; and as a table.

Also what costs nothing, what is not counted, and what a changed answer changes in the bill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.base.offer import offer
from wizard.costs.prices import LIVE, Prices
from wizard.plan.charges import Charge, Place

FREE = (
    "Roles, policies, the scaling configuration and the HTTPS address are free.",
    "Backups up to the size of the database are free.",
)

NOT_COUNTED = (
    "Not included: what formae itself creates, data transfer to the internet beyond AWS's free 100 "
    "GB, taxes, and your account's discounts and free tiers.",
)

EXISTING = (
    "Your existing cluster is not included: it costs what it costs now, plus a little more for the "
    "agent's work."
)

CLOSES = "After that AWS closes the account, unless you upgrade its plan and pay these costs."

CENT = Decimal("0.01")


class CostKind(StrEnum):
    """Whether a line is there whatever happens, or grows with use."""

    FIXED = "fixed"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the bill, in dollars a month, rounded to cents as it is shown."""

    what: str
    kind: CostKind
    idle: Decimal
    busy: Decimal
    assumption: str
    about: bool
    """Whether the price is not AWS's own figure for this region."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole bill. Totals are the sums of the lines as shown."""

    lines: tuple[CostLine, ...]
    remarks: tuple[str, ...]
    """What costs nothing, and what is not counted."""
    prices: Prices
    account_plan: AccountPlan | None = None
    """How the account pays; None where that is not known."""

    @property
    def credits(self) -> str:
        """How long the account's credits last at the idle rate, as a clause; may be empty."""
        return self.account_plan.lasts(self.idle) if self.account_plan else ""

    @property
    def idle(self) -> Decimal:
        """A month in which nobody uses the agent."""
        return sum((line.idle for line in self.lines), Decimal(0))

    @property
    def busy(self) -> Decimal:
        """A month in which it works as the assumptions say."""
        return sum((line.busy for line in self.lines), Decimal(0))

    @property
    def about(self) -> bool:
        """Whether any line rests on a price that is not exact."""
        return any(line.about for line in self.lines)


def estimate(answers: Answers, prices: Prices, account_plan: AccountPlan | None = None) -> Estimate:
    """The monthly bill of what the plan for these answers makes."""
    own = () if answers.new_database else (EXISTING,)
    not_counted = (*NOT_COUNTED, *offer(answers.host).not_billed)
    remarks = (*own, *FREE, *not_counted)
    charges = charged(answers)
    billed = {charge.item for each in charges.values() for charge in each}
    used = {item: price for item, price in prices.units.items() if item in billed}
    bill = Estimate(lines(charges, prices), remarks, replace(prices, units=used), account_plan)
    return replace(bill, remarks=(*filter(None, (ends(bill),)), *remarks))


@lru_cache(maxsize=16)
def charged(answers: Answers) -> Mapping[str, tuple[Charge, ...]]:
    """What each step of the plan for these answers is charged for, by the step."""
    from wizard.plan.build import build  # loads the plan, for which no first picture waits
    from wizard.plan.inputs import PlanInputs

    return {step.id: step.charges for step in build(answers, PlanInputs()).steps if step.charges}


def lines(charges: Mapping[str, tuple[Charge, ...]], prices: Prices) -> tuple[CostLine, ...]:
    """The lines of these steps' charges, as they stand in the bill."""
    places = list(Place)
    sorted_ = sorted(
        (charge for each in charges.values() for charge in each),
        key=lambda charge: (places.index(charge.place), not charge.first),
    )
    by_line: dict[str, list[Charge]] = {}
    for charge in sorted_:
        by_line.setdefault(charge.line, []).append(charge)
    return tuple(_line(parts, prices) for parts in by_line.values())


def _line(parts: list[Charge], prices: Prices) -> CostLine:
    first = parts[0]
    price = prices.per(first.item)
    return CostLine(
        what=first.line,
        kind=CostKind.FIXED if first.fixed else CostKind.USAGE,
        idle=_cents(sum((each.idle for each in parts), Decimal(0)) * price),
        busy=_cents(sum((each.busy for each in parts), Decimal(0)) * price),
        assumption=", ".join(each.assumption for each in parts),
        about=not prices.exact(first.item),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


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
    told = f"About ${_whole(estimate.idle)} a month idle, ${_whole(estimate.busy)} when busy."
    return f"{told} {ends(estimate)}".strip()


def ends(estimate: Estimate) -> str:
    """How long the account's credits last, and what comes then, as sentences; may be empty."""
    told, plan = estimate.credits, estimate.account_plan
    if not told or plan is None:
        return ""
    return f"{told[0].upper()}{told[1:]}.{f' {CLOSES}' if plan.free else ''}"


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
        """Dollars by which an idle month changes."""
        return sum((change.idle for change in self.changes), Decimal(0))

    @property
    def busy(self) -> Decimal:
        """Dollars by which a busy month changes."""
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
