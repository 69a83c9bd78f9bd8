"""What a deployment costs a month: unit prices, assumptions, an estimate, and a table of it.

Pure but for `refresh`, which asks AWS's price list through a call it is given.
"""

from wizard.costs.estimate import Estimate, Kind, Line, estimate
from wizard.costs.pricelist import price_list_region, refresh
from wizard.costs.prices import Basis, Price, Prices, snapshot
from wizard.costs.table import Change, Difference, Row, age, difference, money, summary, table
from wizard.plan.charges import Item

__all__ = [
    "Basis",
    "Change",
    "Difference",
    "Estimate",
    "Item",
    "Kind",
    "Line",
    "Price",
    "Prices",
    "Row",
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
