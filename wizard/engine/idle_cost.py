"""What a run that did not come to its end left in the account, and what that costs meanwhile."""

from __future__ import annotations

from decimal import Decimal

from wizard.base.events import State
from wizard.costs import Prices, money
from wizard.engine.apply import Left, Outcome, StepResult
from wizard.engine.destroy.costs import Cost
from wizard.engine.leftovers import GOOD
from wizard.plan.model import LookOnly, Plan, Step, TakeAway

DAYS = Decimal(30)


def meanwhile(outcome: Outcome, plan: Plan, prices: Prices) -> list[Cost]:
    """What there is of the plan costs about so much a month, as long as nobody uses it."""
    there = [step for step in plan.steps if _there(step, outcome.results.get(step.id))]
    ids = {step.id for step in there}
    found = (
        Cost(charge.words, charge.idle * prices.per(charge.item))
        for step in there
        for charge in step.charges
        if charge.words and (not charge.beside or charge.beside in ids)
    )
    return [cost for cost in found if cost.amount]


def words(found: list[Cost]) -> str:
    """For one line; empty where nothing costs anything."""
    if not found:
        return ""
    month = sum((cost.amount for cost in found), Decimal(0))
    what = ", ".join(cost.what for cost in found)
    return f"about {money(month / DAYS)} a day, {money(month)} a month ({what})"


def _there(step: Step, result: StepResult | None) -> bool:
    if result is None or isinstance(step.make, LookOnly | TakeAway):
        return False  # it is the person's own, and costs what it did
    if step.id == "service" and result.state is State.FAILED:
        return result.left is Left.GOING  # one that failed is not charged for
    return result.state in GOOD or result.left is not Left.NOTHING
