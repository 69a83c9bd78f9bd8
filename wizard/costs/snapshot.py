"""The prices shipped with the program; where a region's is not known, its reference region's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from wizard.base.offer import HOSTS, default_host
from wizard.costs.prices import SNAPSHOT, Basis, Price, Prices, priced

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
