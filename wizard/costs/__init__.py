"""What a deployment costs a month: unit prices, assumptions, an estimate, and a table of it.

Pure but for `refresh`, which asks AWS's price list through a call it is given.
"""

from wizard.costs.estimate import (
    CostRow,
    Estimate,
    age,
    difference,
    ends,
    estimate,
    money,
    summary,
    table,
)
from wizard.costs.prices import Prices, price_list_region, refresh, snapshot

__all__ = [
    "CostRow",
    "Estimate",
    "Prices",
    "age",
    "difference",
    "ends",
    "estimate",
    "money",
    "price_list_region",
    "refresh",
    "snapshot",
    "summary",
    "table",
]
