"""What a deployment costs a month: unit prices, assumptions, an estimate, and a table of it.

Pure but for `refresh`, which asks AWS's price list through a call it is given.
"""

from wizard.costs.estimate import CostKind, CostLine, Estimate, estimate
from wizard.costs.pricelist import price_list_region, refresh
from wizard.costs.prices import Basis, Price, Prices, snapshot
from wizard.costs.table import Change, CostRow, Difference, age, difference, money, summary, table
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
