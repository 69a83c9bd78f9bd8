"""Bring the plan about, live, with events: one of the plan's readings."""

from wizard.readings.apply.run import Outcome, apply
from wizard.readings.apply.step import Left, StepResult

__all__ = ["Left", "Outcome", "StepResult", "apply"]
