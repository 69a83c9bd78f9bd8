"""What the bill loses with a deployment, and what stays on it; dollars a month when idle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wizard.costs import Item, Prices, money
from wizard.costs.assumptions import HOURS, IMAGE_GB, STORAGE_GB
from wizard.plan.model import Step
from wizard.readings.destroy.fates import Fate, Remains


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
    """What a step's thing costs, as AWS describes it."""
    step_id = step.id
    if step_id == "service":
        size = thing.get("Service", {}).get("InstanceConfiguration", {})
        gigabytes = Decimal(str(size.get("Memory", 2048))) / 1024
        yield Cost("the agent's memory", gigabytes * HOURS * prices.per(Item.MEMORY))
    elif step_id == "cluster":
        yield Cost("database storage", STORAGE_GB * prices.per(Item.STORAGE))
        if thing.get("DBClusterMembers"):
            scaling = thing.get("ServerlessV2ScalingConfiguration", {})
            least = Decimal(str(scaling.get("MinCapacity", 0.5)))
            yield Cost("database capacity", least * HOURS * prices.per(Item.CAPACITY))
    elif step_id == "repository":
        yield Cost("the image", IMAGE_GB * prices.per(Item.IMAGE))
    elif step_id.endswith("-secret"):
        yield Cost(step.title, prices.per(Item.SECRET))
