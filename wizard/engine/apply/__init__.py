"""Bring the plan about, live, with events."""

from wizard.engine.apply.run import Outcome, apply
from wizard.engine.apply.step import Residue, StepResult

__all__ = ["Outcome", "Residue", "StepResult", "apply"]
