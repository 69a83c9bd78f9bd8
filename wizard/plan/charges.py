"""What a step's thing costs a month, as the lines of a bill that it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HOURS = Decimal(730)
"""A month, as AWS counts it: 8,760 hours a year by twelve."""
BUSY_HOURS_A_DAY = 8
"""A busy month: the agent answers requests through a working day, every day of the month. It is as
busy as the people and pipelines that use it; the rest of the day it is idle."""
BUSY_HOURS = HOURS * BUSY_HOURS_A_DAY / 24


class Item(StrEnum):
    """What has a unit price on every host; the values are the keys of the snapshot."""

    CAPACITY = "aurora-acu-hour"
    STORAGE = "aurora-storage-gb-month"
    IO = "aurora-io-million"
    DATA_API = "data-api-million"
    SECRET = "secret-month"  # noqa: S105 - no password
    SECRET_CALLS = "secret-calls-10k"  # noqa: S105
    IMAGE = "ecr-gb-month"
    LOGS = "logs-gb"


class Place(StrEnum):
    """Where in the bill a line stands, from above: each host brings lines of the first kind."""

    AGENT = "agent"
    DATABASE = "database"
    AROUND = "around"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A line of the bill, or a part of one: parts whose `line` is alike are added up.

    `idle` and `busy` are units of `item`, a key of the price list, in a month of that kind. What
    is there can be larger than what was planned: `path` (JMESPath of the thing found) counts it,
    and each one counted is `each` units.
    """

    line: str
    item: str
    idle: Decimal
    busy: Decimal
    assumption: str
    fixed: bool = True
    """Whether it is there whatever happens; otherwise it grows with use."""
    place: Place = Place.AROUND
    first: bool = False
    """Whether it comes before the other parts of its line, and its line before others here."""
    words: str = ""
    """How it is told as the price of the thing being there; empty where it is none."""
    path: str = ""
    each: Decimal = Decimal(1)
    when: str = ""
    """JMESPath of the thing found; where given and not true, nothing is charged."""
    beside: str = ""
    """The step whose thing must be there as well for anything to be charged."""


def fixed(line: str, item: str, units: Decimal, assumption: str) -> Charge:
    """A charge of as many units in a busy month as in an idle one."""
    return Charge(line=line, item=item, idle=units, busy=units, assumption=assumption)


def usage(line: str, item: str, idle: Decimal, busy: Decimal, assumption: str) -> Charge:
    """A charge that grows with use."""
    return Charge(line=line, item=item, idle=idle, busy=busy, assumption=assumption, fixed=False)


def millions(count: Decimal) -> Decimal:
    """A count as a number of millions."""
    return count / 1_000_000


def plain(number: Decimal, digits: int = 2) -> str:
    """A number without trailing zeros and exponents."""
    return f"{round(number, digits):f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"
