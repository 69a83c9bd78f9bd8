"""What a run that did not come to its end left in the account, and what that costs meanwhile."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wizard.answers.model import Answers
from wizard.costs import Prices, money
from wizard.plan.model import LookOnly, Plan, Step, TakeAway
from wizard.readings.apply import Left, Outcome, StepResult
from wizard.readings.destroy.costs import Cost, costs_of
from wizard.readings.left import GOOD
from wizard.telling.events import State

DAYS = Decimal(30)


def meanwhile(outcome: Outcome, plan: Plan, answers: Answers, prices: Prices) -> list[Cost]:
    """What there is of the plan costs about so much a month, as long as nobody uses it."""
    there = [step for step in plan.steps if _there(step, outcome.results.get(step.id))]
    ids = {step.id for step in there}
    found = (
        cost for step in there for cost in costs_of(step, _thing(step.id, ids, answers), prices)
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


def _thing(step_id: str, there: set[str], answers: Answers) -> dict[str, Any]:
    """What AWS would say of it, as far as it costs something."""
    match step_id:
        case "service":
            memory = Decimal(str(answers.memory)) * 1024
            return {"Service": {"InstanceConfiguration": {"Memory": memory}}}
        case "cluster":
            least = answers.min_capacity
            members = ["instance"] if "instance" in there else []
            scaling = {"MinCapacity": least}
            return {"DBClusterMembers": members, "ServerlessV2ScalingConfiguration": scaling}
        case _:
            return {}
