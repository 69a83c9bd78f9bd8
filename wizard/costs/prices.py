"""Unit prices in US dollars, each with where it comes from and how sure it is.

The prices shipped with the program; where a region's is not known, its reference region's.

Prices as AWS's own price list has them now. What it does not tell stays as shipped.

A product of the list is a JSON text: attributes (`usagetype`, `regionCode`, …) and terms with
price dimensions. A usage type carries a prefix by region (`EUC1-`, `EU-`, in us-east-1 often none),
which follows no rule worth knowing, so it is taken off rather than put on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from importlib.resources import files
from typing import Any

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.offer import HOSTS, host_folder, known_hosts, offer, region_name
from wizard.catalogue import explain
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
        """Whether the price is AWS's own figure for the region that was asked for."""
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
        """The price of one unit of an item, in dollars."""
        return self.units[item].amount

    def exact(self, item: str) -> bool:
        """Whether every price is AWS's own figure for this region."""
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
    data = _data(offer(host).prices_in or host_folder(host))
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
def _data(folder: str) -> dict[str, Any]:
    """What is shipped for every host, and what lies in that folder of theirs."""
    shipped: dict[str, Any] = json.loads((files("assets") / "prices.json").read_text("utf-8"))
    text = (files(f"{HOSTS}.{folder}") / "prices.json").read_text("utf-8")
    own: dict[str, Any] = json.loads(text)
    regions: dict[tuple[str, str], dict[str, str]] = {}
    for known in (shipped["regions"], own["regions"]):
        for region, bases in known.items():
            for basis, prices in bases.items():
                regions.setdefault((region, basis), {}).update(prices)
    return {**shipped, "regions": regions}


AwsCall = Callable[[str, str, Mapping[str, Any]], Any]

ENDPOINTS = {"eu": "eu-central-1", "ap": "ap-south-1"}
"""By the beginning of a region's name; the list has no other endpoints, and all say the same."""
ANYWHERE = "us-east-1"

PREFIX = r"(?:[A-Z][A-Z0-9]{1,5}-)?"
ENGINES = {"", "Any", "Aurora PostgreSQL"}
"""Where a product names an engine, it is ours or every one's."""
ABSURD = Decimal(1000)
"""Dollars. Nothing wanted here costs that much a unit."""
STRANGE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What a product of another form than expected ends in; it is passed over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item's product by its usage type without prefix; `units` of AWS's are one of ours."""

    item: str
    usage: str
    units: int = 1

    def fits(self, attributes: Mapping[str, Any]) -> bool:
        """Whether a product with these attributes has the wanted usage type and engine."""
        engine = attributes.get("databaseEngine", "")
        return bool(re.fullmatch(PREFIX + self.usage, attributes["usagetype"])) and (
            engine in ENGINES
        )


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the list: filters besides the region, and what the answer should hold."""

    service: str
    wanted: tuple[Wanted, ...]
    filters: Mapping[str, str] = field(default_factory=dict)


QUERIES = (
    Query(
        "AmazonRDS",
        (Wanted(Item.CAPACITY, "Aurora:ServerlessV2Usage"),),
        {"productFamily": "ServerlessV2", "databaseEngine": "Aurora PostgreSQL"},
    ),
    Query(
        "AmazonRDS",
        (Wanted(Item.STORAGE, "Aurora:StorageUsage"),),
        {"productFamily": "Database Storage", "volumeType": "General Purpose-Aurora"},
    ),
    Query(
        "AmazonRDS",
        (Wanted(Item.IO, "Aurora:StorageIOUsage", 1_000_000),),
        {"productFamily": "System Operation", "group": "Aurora I/O Operation"},
    ),
    Query(
        "AWSSecretsManager",
        (
            Wanted(Item.SECRET, "AWSSecretsManager-Secrets?"),
            Wanted(Item.SECRET_CALLS, "AWSSecretsManager-?APIRequests?", 10_000),
        ),
    ),
    Query("AmazonECR", (Wanted(Item.IMAGE, "TimedStorage-ByteHrs"),)),
    Query(
        "AmazonCloudWatch",
        (Wanted(Item.LOGS, "DataProcessing-Bytes"),),
        {"operation": "PutLogEvents"},
    ),
)
"""The Data API is missing: under which usage type the list has it could not be found out."""


def price_list_region(region: str) -> str:
    """Where to ask for a region's prices: the nearest endpoint of the price list."""
    return ENDPOINTS.get(region.partition("-")[0], ANYWHERE)


def _queries(host: str) -> tuple[Query, ...]:
    own = (
        Query(
            each.service,
            tuple(Wanted(item, usage) for item, usage in each.usage.items()),
            each.filters,
        )
        for each in offer(host).price_queries
    )
    return (*own, *QUERIES)


def refresh(call: AwsCall, region: str, host: str = "") -> Prices:
    """The region's prices as they are now. Never raises for what AWS or the network do.

    `call` has to reach the region that `price_list_region` names. What cannot be had stays from
    the snapshot, and `problem` says why.
    """
    shipped, queries = snapshot(region, host), _queries(host)
    today = datetime.now(UTC).date()
    asks = {at: partial(_asked, call, each, region, today) for at, each in enumerate(queries)}
    answers = fan_out(asks).values()
    found = {item: price for prices, _ in answers for item, price in prices.items()}
    problem = next((told for _, told in answers if told), "")
    if not found:
        nothing = f"AWS's price list has none of these for {region}."
        return replace(shipped, problem=problem or nothing)
    return Prices(region, today, LIVE, {**shipped.units, **found}, problem)


def _asked(call: AwsCall, query: Query, region: str, today: date) -> tuple[dict[str, Price], str]:
    filters = {"regionCode": region, **query.filters}
    params = {
        "ServiceCode": query.service,
        "Filters": [
            {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()
        ],
    }
    try:
        listed = call("pricing", "GetProducts", params).get("PriceList") or []
    except AwsError as error:
        refused = explain(error, "Reading AWS's price list")
        return {}, f"{refused.what} {refused.why}"
    except WizardError as error:
        return {}, f"AWS's price list could not be read. {error.what}"
    prices = {}
    for wanted in query.wanted:
        # Two products of one name are rare; an estimate is better too high than too low.
        amount = max((a for raw in listed for a in _amounts(raw, wanted)), default=None)
        if amount is not None:
            prices[wanted.item] = Price(amount * wanted.units, Basis.LIVE, region, today)
    return prices, ""


def _amounts(raw: Any, wanted: Wanted) -> Iterator[Decimal]:
    """What one product costs a unit on demand, in the first step that is not free."""
    with suppress(*STRANGE):
        entry = json.loads(raw)
        if not wanted.fits(entry["product"]["attributes"]):
            return
        steps = [
            (Decimal(dimension.get("beginRange") or 0), Decimal(dimension["pricePerUnit"]["USD"]))
            for term in entry["terms"]["OnDemand"].values()
            for dimension in term["priceDimensions"].values()
        ]
        yield min((begin, amount) for begin, amount in steps if 0 < amount < ABSURD)[1]
