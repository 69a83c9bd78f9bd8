"""Prices as AWS's own price list has them now. What it does not tell stays as shipped.

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
from functools import partial
from typing import Any

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.offer import offer
from wizard.catalogue.aws import explain
from wizard.costs.prices import LIVE, Basis, Price, Prices, snapshot
from wizard.plan.charges import Item

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
        """Whether these are the product's attributes."""
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
        Query(each.service, tuple(Wanted(item, usage) for item, usage in each.usage.items()))
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
