"""What a run that ended early leaves: what exists, and what AWS goes on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.base.events import State
from wizard.engine.apply import Left, Outcome
from wizard.engine.explain import watch
from wizard.plan.model import PROOFS, Plan, Step, TakeAway

GOOD = frozenset({State.DONE, State.KEPT, State.CHANGED})


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
        and (result.state in GOOD or result.left is not Left.NOTHING)
    ]


def still_going(outcome: Outcome, plan: Plan, profile: str = "") -> list[Going]:
    """What AWS goes on with: things it was waited for when the waiting ended."""
    known = {step_id: result.outputs for step_id, result in outcome.results.items()}
    return [
        Going(step.id, step.title, result.status, watch(step, plan, known, profile))
        for step in plan.steps
        if (result := outcome.results.get(step.id)) and result.left is Left.GOING
    ]


def would_go_on(plan: Plan, states: Mapping[str, State]) -> list[str]:
    """Titles of what AWS would go on with if the run were stopped now."""
    return [
        step.title
        for step in _made(plan)
        if step.wait and states.get(step.id) is State.WAITING_ON_AWS
    ]


def _made(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if not isinstance(step.make, (*PROOFS, TakeAway))]
