"""Unit prices in US dollars, each with where it comes from and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wizard.answers import checks

SNAPSHOT = "snapshot shipped with formae-wizard"
LIVE = "AWS Price List, just now"


class Item(StrEnum):
    """What has a unit price; the values are the keys of the snapshot."""

    CPU = "app-runner-vcpu-hour"
    MEMORY = "app-runner-gb-hour"
    CAPACITY = "aurora-acu-hour"
    STORAGE = "aurora-storage-gb-month"
    IO = "aurora-io-million"
    DATA_API = "data-api-million"
    SECRET = "secret-month"  # noqa: S105 - no password
    SECRET_CALLS = "secret-calls-10k"  # noqa: S105
    IMAGE = "ecr-gb-month"
    LOGS = "logs-gb"

    @property
    def words(self) -> str:
        """For a sentence."""
        return WORDS[self]


WORDS = {
    Item.CPU: "App Runner's CPU",
    Item.MEMORY: "App Runner's memory",
    Item.CAPACITY: "Aurora's capacity",
    Item.STORAGE: "Aurora's storage",
    Item.IO: "Aurora's I/O",
    Item.DATA_API: "the Data API",
    Item.SECRET: "secrets",
    Item.SECRET_CALLS: "calls for secrets",
    Item.IMAGE: "image storage",
    Item.LOGS: "logs",
}


class Basis(StrEnum):
    """How a price is known. Only the first two are exact."""

    LIVE = "live"
    """AWS's price list said so just now."""
    LISTED = "listed"
    """AWS's price list or pricing page said so for this region on the day of the snapshot."""
    REPORTED = "reported"
    """Others report it for this region; AWS's own word was not seen."""
    REFERENCE = "reference"
    """This region's price is not known; it is another region's."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for one unit, and the region whose price it is."""

    amount: Decimal
    basis: Basis
    region: str
    as_of: date

    @property
    def exact(self) -> bool:
        """Whether it is AWS's own figure for the region that was asked for."""
        return self.basis in {Basis.LIVE, Basis.LISTED}


@dataclass(frozen=True, slots=True)
class Prices:
    """The unit prices of one region. `problem` says why AWS's price list was not read."""

    region: str
    as_of: date
    source: str
    units: Mapping[Item, Price]
    problem: str = ""

    def per(self, item: Item) -> Decimal:
        """Dollars for one unit."""
        return self.units[item].amount

    def exact(self, item: Item) -> bool:
        """Whether it is AWS's own figure for this region."""
        return self.units[item].exact

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for below the table: the date, and what is not exact and why."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        yield f"Prices of {long_date(self.as_of)} ({self.source})."
        shipped = [item for item in Item if self.units[item].basis is not Basis.LIVE]
        if self.source == LIVE and shipped:
            oldest = min(self.units[item].as_of for item in shipped)
            yield f"From the snapshot of {long_date(oldest)}: {_listed(shipped)}."
        reported = [item for item in Item if self.units[item].basis is Basis.REPORTED]
        if reported:
            yield f"About, because not confirmed by AWS's own list: {_listed(reported)}."
        yield from self._borrowed()
        if self.problem:
            yield self.problem

    def _borrowed(self) -> Iterator[str]:
        borrowed = [item for item in Item if self.units[item].basis is Basis.REFERENCE]
        for region in dict.fromkeys(self.units[item].region for item in borrowed):
            items = [item for item in borrowed if self.units[item].region == region]
            yield (
                f"About, because not known for {region_name(self.region)} and taken from "
                f"{region_name(region)}: {_listed(items)}."
            )


def region_name(region: str) -> str:
    """A region as people call it."""
    return checks.APP_RUNNER_REGIONS.get(region, region)


def long_date(day: date) -> str:
    """As in 23 November 2026."""
    return f"{day.day} {day:%B %Y}"


def _listed(items: list[Item]) -> str:
    return ", ".join(item.words for item in items)
