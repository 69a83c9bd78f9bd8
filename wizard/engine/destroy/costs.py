"""What the bill loses with a deployment, and what stays on it; dollars a month when idle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import jmespath

from wizard.costs import Prices, money
from wizard.engine.destroy.plan import Fate, Remains
from wizard.plan.model import Step


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing that costs something as long as it is there."""

    what: str
    amount: Decimal


def costs(remains: Remains, fate: Fate, prices: Prices) -> list[Cost]:
    """What the things of that fate cost, about: their fixed parts, by what they really are."""
    found = (cost for seen in remains.of(fate) for cost in costs_of(seen.step, seen.thing, prices))
    return [cost for cost in found if cost.amount]


def total(found: list[Cost]) -> str:
    """In dollars, as it is shown."""
    return money(sum((cost.amount for cost in found), Decimal(0)))


def costs_of(step: Step, thing: Mapping[str, Any], prices: Prices) -> Iterator[Cost]:
    """What a step's thing costs, as AWS describes it; as planned where it does not say."""
    for charge in step.charges:
        if not charge.words or (charge.when and not jmespath.search(charge.when, thing)):
            continue
        counted = jmespath.search(charge.path, thing) if charge.path else None
        units = charge.idle if counted is None else Decimal(str(counted)) * charge.each
        yield Cost(charge.words, units * prices.per(charge.item))
