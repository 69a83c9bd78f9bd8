"""The plan for answers, with the documents that were edited by hand in it."""

from __future__ import annotations

from wizard.answers.model import Answers
from wizard.documents.edits import Edits
from wizard.plan.build import build
from wizard.plan.model import Plan
from wizard.runs.surroundings import Surroundings


def built(answers: Answers, surroundings: Surroundings, edits: Edits) -> Plan:
    """The plan. Raises WizardError for an edited document that does not fit."""
    if not edits:
        return build(answers, surroundings)
    from wizard.readings.rechecked import demand_sound  # botocore's models
    from wizard.readings.returned import returned

    plan = build(answers, surroundings, returned(edits, answers, surroundings))
    demand_sound(plan)
    return plan
