"""What one set of answers costs a month, line by line: idle, and in a busy month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from wizard.answers.model import Answers
from wizard.costs import assumptions as assumed
from wizard.costs.prices import Item, Prices

CENT = Decimal("0.01")


class Kind(StrEnum):
    """Whether a line is there whatever happens, or grows with use."""

    FIXED = "fixed"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, in dollars a month, rounded to cents as it is shown."""

    what: str
    kind: Kind
    idle: Decimal
    busy: Decimal
    assumption: str
    about: bool
    """Whether the price is not AWS's own figure for this region."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole bill. Totals are the sums of the lines as shown."""

    lines: tuple[Line, ...]
    remarks: tuple[str, ...]
    """What costs nothing, and what is not counted."""
    prices: Prices

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


@dataclass(frozen=True, slots=True)
class _Use:
    """Units of one item in an idle and in a busy month."""

    item: Item
    what: str
    kind: Kind
    idle: Decimal
    busy: Decimal
    assumption: str


def estimate(answers: Answers, prices: Prices) -> Estimate:
    """The monthly bill of what the plan for these answers makes."""
    uses = [*_agent(answers), *_database(answers), *_around(answers)]
    own = () if answers.new_database else (assumed.EXISTING,)
    remarks = (*own, *assumed.FREE, *assumed.NOT_COUNTED)
    return Estimate(tuple(_line(use, prices) for use in uses), remarks, prices)


def _line(use: _Use, prices: Prices) -> Line:
    return Line(
        what=use.what,
        kind=use.kind,
        idle=_cents(use.idle * prices.per(use.item)),
        busy=_cents(use.busy * prices.per(use.item)),
        assumption=use.assumption,
        about=not prices.exact(use.item),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _fixed(item: Item, what: str, units: Decimal, assumption: str) -> _Use:
    return _Use(item, what, Kind.FIXED, units, units, assumption)


def _usage(item: Item, what: str, idle: Decimal, busy: Decimal, assumption: str) -> _Use:
    return _Use(item, what, Kind.USAGE, idle, busy, assumption)


def _agent(answers: Answers) -> Iterator[_Use]:
    vcpu, gigabytes = Decimal(answers.cpu) / 1024, Decimal(answers.memory) / 1024
    yield _fixed(
        Item.MEMORY,
        "Agent memory",
        gigabytes * assumed.HOURS,
        f"{plain(gigabytes)} GB around the clock",
    )
    yield _usage(
        Item.CPU,
        "Agent CPU",
        Decimal(0),
        vcpu * assumed.BUSY_HOURS,
        f"{plain(vcpu)} vCPU; agent busy {assumed.BUSY_HOURS_A_DAY} hours a day, idle CPU is free",
    )


def _database(answers: Answers) -> Iterator[_Use]:
    if answers.new_database:
        yield from _cluster(answers)
    polls, busy = assumed.IDLE_STATEMENTS, assumed.IDLE_STATEMENTS + assumed.BUSY_STATEMENTS
    yield _usage(
        Item.DATA_API,
        "Data API",
        millions(polls),
        millions(busy),
        f"{plain(millions(polls), 1)} million statements of the {assumed.POLL_SECONDS}-second "
        f"polling; busy {plain(millions(busy), 1)} million",
    )


def _cluster(answers: Answers) -> Iterator[_Use]:
    least, most = Decimal(str(answers.min_capacity)), Decimal(str(answers.max_capacity))
    yield _fixed(
        Item.CAPACITY,
        "Database capacity",
        least * assumed.HOURS,
        f"{plain(least)} capacity units around the clock",
    )
    yield _usage(
        Item.CAPACITY,
        "Database under load",
        Decimal(0),
        (most - least) * assumed.BUSY_HOURS,
        f"up to {plain(most)} units, {assumed.BUSY_HOURS_A_DAY} hours a day: an upper bound",
    )
    yield _usage(
        Item.STORAGE,
        "Database storage",
        assumed.STORAGE_GB,
        assumed.STORAGE_GB,
        f"{plain(assumed.STORAGE_GB)} GB; billed as it grows",
    )
    yield _usage(
        Item.IO,
        "Database I/O",
        millions(assumed.IDLE_IO),
        millions(assumed.BUSY_IO),
        f"{plain(millions(assumed.IDLE_IO))} million writes; busy "
        f"{plain(millions(assumed.BUSY_IO))} million",
    )


def _around(answers: Answers) -> Iterator[_Use]:
    secrets = 1 + answers.new_database + answers.protect
    yield _fixed(Item.SECRET, "Secrets", Decimal(secrets), _secrets_words(answers))
    yield _usage(
        Item.SECRET_CALLS,
        "Calls for secrets",
        assumed.SECRET_CALLS / 10_000,
        assumed.SECRET_CALLS / 10_000,
        f"{assumed.SECRET_CALLS:,} calls",
    )
    yield _fixed(
        Item.IMAGE,
        "Image in ECR",
        assumed.IMAGE_GB,
        f"one image of {plain(assumed.IMAGE_GB)} GB; an update adds another",
    )
    yield _usage(
        Item.LOGS,
        "Logs",
        assumed.IDLE_LOGS_GB,
        assumed.BUSY_LOGS_GB,
        f"{plain(assumed.IDLE_LOGS_GB)} GB; busy {plain(assumed.BUSY_LOGS_GB)} GB",
    )


def _secrets_words(answers: Answers) -> str:
    held = ["the agent's config"]
    if answers.new_database:
        held.append("the database's password")
    if answers.protect:
        held.append("the API's password")
    return ", ".join(held)


def millions(count: Decimal) -> Decimal:
    """A count in millions."""
    return count / 1_000_000


def plain(number: Decimal, digits: int = 2) -> str:
    """A number without trailing zeros and exponents."""
    return f"{round(number, digits):f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"
