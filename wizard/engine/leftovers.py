"""What a run that ended early leaves in the account, what AWS goes on with, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from wizard.base.events import StepState
from wizard.costs import Prices, money
from wizard.engine.apply import Outcome, Residue, StepResult
from wizard.engine.destroy.plan import Cost
from wizard.engine.explain import watch
from wizard.plan.model import PROOFS, LookOnly, Plan, Step, TakeAway

GOOD = frozenset({StepState.DONE, StepState.KEPT, StepState.CHANGED})


@dataclass(frozen=True, slots=True)
class Going:
    """Something AWS goes on with after the wizard has stopped waiting for it."""

    step: str
    title: str
    status: str
    """AWS's last word; may be empty."""
    ask: str
    """The `aws` command that asks how far it is."""

    @property
    def words(self) -> str:
        """For one line: title and status."""
        return f"{self.title} ({self.status})" if self.status else self.title


def existing(outcome: Outcome, plan: Plan) -> list[str]:
    """Titles of what is there now, finished or not, in the plan's order."""
    return [
        step.title
        for step in _made(plan)
        if (result := outcome.results.get(step.id))
        and (result.state in GOOD or result.left is not Residue.NOTHING)
    ]


def still_going(outcome: Outcome, plan: Plan, profile: str = "") -> list[Going]:
    """What AWS goes on with: things it was waited for when the waiting ended."""
    known = {step_id: result.outputs for step_id, result in outcome.results.items()}
    return [
        Going(step.id, step.title, result.status, watch(step, plan, known, profile))
        for step in plan.steps
        if (result := outcome.results.get(step.id)) and result.left is Residue.GOING
    ]


def would_go_on(plan: Plan, states: Mapping[str, StepState]) -> list[str]:
    """Titles of what AWS would go on with if the run were stopped now."""
    return [
        step.title
        for step in _made(plan)
        if step.wait and states.get(step.id) is StepState.WAITING_ON_AWS
    ]


def _made(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if not isinstance(step.make, (*PROOFS, TakeAway))]


DAYS = Decimal(30)


def idle_cost(outcome: Outcome, plan: Plan, prices: Prices) -> list[Cost]:
    """What each of the plan's things that are there costs in an idle month."""
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
    if step.id == "service" and result.state is StepState.FAILED:
        return result.left is Residue.GOING  # one that failed is not charged for
    return result.state in GOOD or result.left is not Residue.NOTHING
