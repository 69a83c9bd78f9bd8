"""Fields that somebody changed and that belong to no answer: put back by the plan, or left."""

from __future__ import annotations

from wizard.flow import Prepared
from wizard.plan.model import Step


def all_of(prepared: Prepared) -> list[str]:
    """All that somebody changed, in the plan's order."""
    return [each for step in prepared.plan.steps for each in of_step(step, prepared)]


def of_step(step: Step, prepared: Prepared) -> list[str]:
    """What somebody changed of the step's thing, whatever becomes of it, in one order."""
    drift = prepared.drift
    return sorted(each for each in {**drift.back, **drift.left} if _step(each) == step.id)


def fate(field: str, prepared: Prepared) -> str:
    """What somebody did, and what becomes of it now, in two sentences."""
    left = prepared.drift.left.get(field)
    if left:
        return f"Somebody changed {name(field)} ({left.have}). It is left as it is (accepted)."
    back = prepared.drift.back[field]
    return f"Somebody changed {name(field)} ({back.have}). It is put back ({back.want})."


def name(field: str) -> str:
    """The field within its step, as AWS calls it."""
    return field.partition(".")[2]


def last_name(field: str) -> str:
    """Its shortest name, for a narrow list."""
    return field.rpartition(".")[2]


def _step(field: str) -> str:
    return field.partition(".")[0]
