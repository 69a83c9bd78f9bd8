"""How long a step takes, whether it is late, and how long the whole will still take."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wizard.base.events import State
from wizard.plan.graph import longest_path, needs
from wizard.plan.model import Plan, Step

GRACE = 5.0
"""Seconds beyond the usual that nobody needs to hear of."""
LATE = 0.25
"""Of a step that is late it is said that it may take this much again."""


class Pace(StrEnum):
    """How a step's time compares with the usual; the words are shown as they are."""

    USUAL = "usual"
    SLOW = "slower than usual"
    VERY_SLOW = "much slower than usual"


def usual(step: Step) -> str:
    """How long the step usually takes, in words."""
    low, high = step.usual
    if high < 2:
        return "usually a moment"
    if high < 90:
        return f"usually {low} to {high} seconds" if low else f"usually up to {high} seconds"
    last = -(-high // 60)
    if low < 60:
        return f"usually {low} seconds to {last} minutes"
    first = low // 60
    return f"usually {first} to {last} minutes" if first < last else f"usually {last} minutes"


def pace(step: Step, elapsed: float) -> Pace:
    """Whether the step takes longer than it usually does."""
    high = step.usual[1]
    if elapsed <= high + GRACE:
        return Pace.USUAL
    return Pace.SLOW if elapsed <= 2 * high + 6 * GRACE else Pace.VERY_SLOW


def remaining(
    plan: Plan,
    states: Mapping[str, State],
    elapsed: Mapping[str, float],
    usual_of: Mapping[str, tuple[int, int]] | None = None,
    known: Mapping[str, frozenset[str]] | None = None,
) -> tuple[float, float]:
    """From how many to how many seconds the rest takes, along the critical path.

    `states` and `elapsed` (seconds since its beginning) are by step; what is missing has not
    begun. `usual_of` replaces a step's own usual time, as for a step that is there already. `known`
    are the plan's edges, for those who ask again and again.
    """
    ranges = {
        step.id: _left(
            (usual_of or {}).get(step.id, step.usual),
            states.get(step.id, State.WAITING),
            elapsed.get(step.id, 0.0),
        )
        for step in plan.steps
    }
    low = longest_path(plan, {step_id: span[0] for step_id, span in ranges.items()}, known)
    high = longest_path(plan, {step_id: span[1] for step_id, span in ranges.items()}, known)
    return low, high


def _left(span: tuple[int, int], state: State, elapsed: float) -> tuple[float, float]:
    if state.ended:
        return 0.0, 0.0
    low, high = span
    if elapsed > high:
        return 0.0, elapsed * LATE
    return max(low - elapsed, 0.0), high - elapsed


def waiting_on(plan: Plan, step_id: str, states: Mapping[str, State]) -> list[str]:
    """Titles of the steps that a step still waits for, in the plan's order."""
    needed = needs(plan.step(step_id))
    return [
        step.title
        for step in plan.steps
        if step.id in needed and not states.get(step.id, State.WAITING).ended
    ]
