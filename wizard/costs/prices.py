"""Unit prices in US dollars, each with where it comes from and how sure it is.

The prices shipped with the program; where a region's is not known, its reference region's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from wizard.base.offer import HOSTS, default_host, known_hosts, offer, offers
from wizard.plan.charges import Item

SNAPSHOT = "snapshot shipped with formae-wizard"
LIVE = "AWS Price List, just now"


WORDS: dict[str, str] = {
    Item.CAPACITY: "Aurora's capacity",
    Item.STORAGE: "Aurora's storage",
    Item.IO: "Aurora's I/O",
    Item.DATA_API: "the Data API",
    Item.SECRET: "secrets",
    Item.SECRET_CALLS: "Secrets Manager calls",
    Item.IMAGE: "image storage",
    Item.LOGS: "logs",
}


def priced(host: str = "") -> dict[str, str]:
    """Whatever has a unit price, by its key: the host's own first, each in words."""
    return {**offer(host).prices, **WORDS}


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
    units: Mapping[str, Price]
    """By the key of `Item`, or of a host's own."""
    problem: str = ""

    def per(self, item: str) -> Decimal:
        """Dollars for one unit."""
        return self.units[item].amount

    def exact(self, item: str) -> bool:
        """Whether it is AWS's own figure for this region."""
        return self.units[item].exact

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for below the table: the date, and what is not exact and why."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        yield f"Prices of {long_date(self.as_of)} ({self.source})."
        shipped = [item for item in self.units if self.units[item].basis is not Basis.LIVE]
        if self.source == LIVE and shipped:
            oldest = min(self.units[item].as_of for item in shipped)
            yield f"From the snapshot of {long_date(oldest)}: {_listed(shipped)}."
        reported = [item for item in self.units if self.units[item].basis is Basis.REPORTED]
        if reported:
            yield f"Approximate, because not confirmed by AWS's price list: {_listed(reported)}."
        yield from self._borrowed()
        if self.problem:
            yield self.problem

    def _borrowed(self) -> Iterator[str]:
        borrowed = [item for item in self.units if self.units[item].basis is Basis.REFERENCE]
        for region in dict.fromkeys(self.units[item].region for item in borrowed):
            items = [item for item in borrowed if self.units[item].region == region]
            yield (
                f"Approximate, because not known for {region_name(self.region)} and taken from "
                f"{region_name(region)}: {_listed(items)}."
            )


def region_name(region: str) -> str:
    """A region as people call it."""
    return next((each.regions[region] for each in offers() if region in each.regions), region)


def long_date(day: date) -> str:
    """As in 23 November 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def _listed(items: list[str]) -> str:
    words = {key: told for host in known_hosts() for key, told in priced(host).items()}
    return ", ".join(words[item] for item in items)


LAST_RESORT = "us-east-1"
"""Has a price for everything."""


@cache
def snapshot(region: str, host: str = "") -> Prices:
    """The shipped prices for a region, known to the host or not."""
    data = _data(host or default_host())
    as_of = date.fromisoformat(data["as_of"])
    units = {item: _price(data, region, item, as_of) for item in priced(host)}
    return Prices(region, as_of, SNAPSHOT, units)


def _price(data: dict[str, Any], region: str, item: str, as_of: date) -> Price:
    for candidate in _chain(data, region):
        for basis in (Basis.LISTED, Basis.REPORTED):
            amount = data["regions"].get((candidate, basis), {}).get(item)
            if amount is not None:
                own = basis if candidate == region else Basis.REFERENCE
                return Price(Decimal(amount), own, candidate, as_of)
    raise LookupError(item)  # a test asks for every item of the last resort


def _chain(data: dict[str, Any], region: str) -> Iterator[str]:
    """The region, its reference region, that one's, …, the last resort."""
    while region != LAST_RESORT:
        yield region
        region = data["references"].get(region, LAST_RESORT)
    yield LAST_RESORT


@cache
def _data(host: str) -> dict[str, Any]:
    """What is shipped for every host, and what lies in the folder of this one."""
    shipped: dict[str, Any] = json.loads((files("assets") / "prices.json").read_text("utf-8"))
    text = (files(f"{HOSTS}.{host}") / "prices.json").read_text("utf-8")
    own: dict[str, Any] = json.loads(text)
    regions: dict[tuple[str, str], dict[str, str]] = {}
    for known in (shipped["regions"], own["regions"]):
        for region, bases in known.items():
            for basis, prices in bases.items():
                regions.setdefault((region, basis), {}).update(prices)
    return {**shipped, "regions": regions}
