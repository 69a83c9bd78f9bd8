"""What a deployment costs a month: unit prices, assumptions, an estimate, and a table of it.

Pure but for `refresh`, which asks AWS's price list through a call it is given.
"""

from wizard.costs.estimate import (
    Change,
    CostKind,
    CostLine,
    CostRow,
    Difference,
    Estimate,
    age,
    difference,
    estimate,
    money,
    summary,
    table,
)
from wizard.costs.prices import Basis, Price, Prices, price_list_region, refresh, snapshot
from wizard.plan.charges import Item

__all__ = [
    "Basis",
    "Change",
    "CostKind",
    "CostLine",
    "CostRow",
    "Difference",
    "Estimate",
    "Item",
    "Price",
    "Prices",
    "age",
    "difference",
    "estimate",
    "money",
    "price_list_region",
    "refresh",
    "snapshot",
    "summary",
    "table",
]
