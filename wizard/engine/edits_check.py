"""Is a document still right after a person has edited it? Its own rules, then AWS's model."""

from __future__ import annotations

from wizard.aws.models import call_problems
from wizard.base.errors import ExitCode, WizardError
from wizard.base.values import JsonText
from wizard.documents.document import Document
from wizard.documents.edits import check_edit, edited
from wizard.engine.check import check
from wizard.plan.model import Plan
from wizard.plan.placeholders import params_of


def edit_problem(document: Document, text: str, plan: Plan) -> str | None:
    """What is wrong with a changed text, as a sentence; None for one that can be used.

    `document` is the one as the wizard made it, or as it was edited before.
    """
    wrong = check_edit(document, text)
    if wrong or not all(document.request):
        return wrong
    body = edited(document, {document.name: text}).body
    assert isinstance(body, JsonText)  # noqa: S101 - requests are
    problems = call_problems(*document.request, params_of(body.value, plan))
    return problems[0] if problems else None


def demand_sound(plan: Plan) -> None:
    """Raise WizardError when AWS's models would refuse a call of the plan."""
    problems = check(plan)
    if problems:
        raise WizardError(
            "The plan is not sound with your edited documents.",
            problems[0],
            "Edit the document again, or take the edit back.",
            ExitCode.USAGE,
        )
