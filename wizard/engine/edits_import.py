"""Documents that come back from files: with their holes again, and fit for this very plan."""

from __future__ import annotations

import json

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.pkl import pkl_string
from wizard.base.values import Template, resolve
from wizard.documents.document import Document
from wizard.documents.edits import Edits, FolderEdits, editable, normal
from wizard.documents.holes import holes_of
from wizard.engine.edits_check import edit_problem
from wizard.plan.build import build
from wizard.plan.inputs import Surroundings
from wizard.plan.model import Plan
from wizard.plan.placeholders import HIDDEN, Preview, text_of


def returned(edits: Edits, answers: Answers, surroundings: Surroundings) -> Edits:
    """The texts that differ from what the wizard would make, ready to be used.

    Only edits from a folder are looked at; others have been already. A text may have its holes as
    an editor shows them, `"${hole}"`, or filled as the review shows it: what AWS will only invent
    becomes a hole again. Raises WizardError, with every file named that does not fit.
    """
    if not isinstance(edits, FolderEdits):
        return edits
    plan = build(answers, surroundings)
    used: dict[str, str] = {}
    problems = []
    for name, given in edits.items():
        document = next((each for each in plan.documents if each.name == name), None)
        if document is None:
            names = ", ".join(each.name for each in plan.documents if not each.fixed)
            problems.append(f"{edits.place(name)}: This plan has no such document, only {names}.")
            continue
        text = with_holes(document, normal(given), plan)
        shown = with_holes(document, normal(text_of(document, plan)), plan)
        if text in {editable(document), shown}:  # the review and `export` fill what is known
            continue
        wrong = _hidden(text) or edit_problem(document, text, plan)
        if wrong:
            problems.append(f"{edits.place(name)}: {wrong}")
        used[name] = text
    if problems:
        raise WizardError(
            "\n".join(problems),
            "",
            "Edit the file again, or take it out of the folder. `formae-wizard plan --details` "
            "shows the documents of these answers.",
            ExitCode.USAGE,
        )
    return used


def with_holes(document: Document, text: str, plan: Plan) -> str:
    """The text with a hole wherever it holds what a hole is only likely to be."""
    scope = Preview(plan)
    pkl = isinstance(document.body, Template) and document.body.language == "pkl"
    for hole, value in holes_of(document.body).items():
        if isinstance(value, str):
            continue  # known already, so it may stand there as it is
        shown = str(resolve(value, scope))
        literal = pkl_string(shown) if pkl else json.dumps(shown, ensure_ascii=False)
        text = text.replace(literal, f'"${{{hole}}}"')
    return text


def _hidden(text: str) -> str:
    if HIDDEN not in text:
        return ""
    return f"{HIDDEN} only stood for a secret. Put the hole back that belongs there."
