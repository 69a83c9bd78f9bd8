"""Documents edited by hand: taken from a folder, checked against AWS's models, put into a plan.

`--edits FOLDER` takes them; the wizard leaves them in a folder of its own for a later run.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import offer, offers
from wizard.base.secret import Secret
from wizard.base.text import pkl_string
from wizard.base.values import JsonText, Template, resolve
from wizard.documents.document import Document, holes_of
from wizard.documents.edits import Edits, FolderEdits, check_edit, editable, edited, normal
from wizard.local.files import Unreadable, read_text, state_folder, write_private
from wizard.local.formae.config import ClientConfig
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import Plan
from wizard.plan.moving import planned
from wizard.plan.placeholders import HIDDEN, Preview, params_of, text_of


def edit_problem(document: Document, text: str, plan: Plan) -> str | None:
    """What is wrong with a changed text, as a sentence; None for one that can be used.

    `document` is the one as the wizard made it, or as it was edited before.
    """
    wrong = check_edit(document, text)
    if wrong or not all(document.request):
        return wrong
    body = edited(document, {document.name: text}).body
    assert isinstance(body, JsonText)  # noqa: S101 - requests are
    from wizard.aws.models import call_problems  # loads botocore

    problems = call_problems(*document.request, params_of(body.value, plan))
    return problems[0] if problems else None


def demand_sound(plan: Plan) -> None:
    """Raise WizardError when AWS's models would refuse a call of the plan."""
    from wizard.engine.preflight.offline import check  # loads botocore

    problems = check(plan)
    if problems:
        raise WizardError(
            "The plan is not valid with your edited documents.",
            problems[0],
            "Edit the document again, or discard your edit.",
            ExitCode.USAGE,
        )


def returned(edits: Edits, answers: Answers, inputs: PlanInputs) -> Edits:
    """The texts that differ from what the wizard would make, ready to be used.

    Only edits from a folder are looked at; others have been already. A text may have its holes as
    an editor shows them, `"${hole}"`, or filled as the review shows it: what AWS will only invent
    becomes a hole again. Raises WizardError, with every file named that does not fit.
    """
    if not isinstance(edits, FolderEdits):
        return edits
    plan = build(answers, inputs)
    used: dict[str, str] = {}
    problems = []
    for name, given in edits.items():
        document = next((each for each in plan.documents if each.name == name), None)
        if document is None:
            names = ", ".join(each.name for each in plan.documents if not each.fixed)
            problems.append(
                f"{edits.place(name)}: The plan does not have this document, only {names}."
            )
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
            "Edit the file again, or remove it from the folder. `formae-wizard plan --details` "
            "shows the documents for these answers.",
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
    return f"{HIDDEN} stands for a secret. Put the placeholder back in its place."


def build_edited(answers: Answers, inputs: PlanInputs, edits: Edits) -> Plan:
    """The plan. Raises WizardError for an edited document that does not fit."""
    if not edits:
        return planned(answers, inputs)

    plan = planned(answers, inputs, returned(edits, answers, inputs))
    demand_sound(plan)
    return plan


def client_diff(answers: Answers, inputs: PlanInputs) -> str:
    """How the formae CLI's config would change with these answers, as a unified diff.

    The agent's address is not known yet. Shows no password; empty for a fresh file.
    """
    from wizard.local.formae.client import preview  # all that reads and writes the config

    config = ClientConfig(
        name=answers.name,
        activate=answers.activate_profile,
        version=inputs.client.version or answers.image_version,
        url=f"https://your-agent.{answers.region}.{offer(answers.host).domain}",
        username=answers.api_user if answers.protect else None,
        password=Secret("…") if answers.protect else None,
    )
    return preview(inputs.client, config)


NAMES = re.compile(
    r"agent\.conf\.pkl|formae-data-api-policy\.json|[a-z0-9-]+-agent-\d+\.json|"
    + "|".join(re.escape(name) for each in offers() for name in each.documents)
)
"""Names of the documents that can be edited, whatever the answers."""


def read_edits(name: str) -> FolderEdits:
    """The documents in the folder; other files in it are left alone, and named in the result.

    Raises WizardError where the folder or a document in it cannot be read, or where none is in it.
    """
    folder = Path(name).expanduser()
    try:
        files = sorted(os.listdir(folder))  # noqa: PTH208 - names alone
    except OSError as error:
        raise _unfit(f"{name}: The folder cannot be read: {error.strerror}.") from None
    texts, problems = {}, []
    for file in filter(NAMES.fullmatch, files):
        try:
            texts[file] = read_text(folder / file)
        except Unreadable as why:
            line = f":{why.line}" if why.line else ""
            problems.append(f"{folder / file}{line}: {why}")
    if problems:
        raise _unfit("\n".join(problems))
    if not texts:
        raise _unfit(
            f"{name}: The folder contains none of the wizard's documents.",
            "Save them in the review, or with `formae-wizard export --output DIR/`.",
        )
    return FolderEdits(texts, str(folder), [file for file in files if file not in texts])


def _unfit(what: str, fix: str = "") -> WizardError:
    return WizardError(
        what, "", fix or "Pass --edits the folder with your documents.", ExitCode.USAGE
    )


def folder_of(edits: Edits, plan: Plan) -> str:
    """Where the edits came from, or where they are kept now; empty where nothing was edited."""
    if not any(document.edited for document in plan.documents):
        return ""
    return edits.folder if isinstance(edits, FolderEdits) else keep_edits(plan)


def keep_edits(plan: Plan) -> str:
    """Write the documents of the plan that were edited into the state folder, for `--edits`.

    Gives the folder, empty where it cannot be written. Other documents that an earlier run of the
    same deployment left there are removed.
    """
    texts = {each.name: editable(each) for each in plan.documents if each.edited}
    try:
        folder = state_folder(os.environ) / "edits" / plan.name
        for old in folder.glob("*"):
            if NAMES.fullmatch(old.name) and old.name not in texts:
                old.unlink()
        for file, text in texts.items():
            write_private(folder / file, text, keep_old=False)
    except (OSError, RuntimeError, WizardError):
        return ""
    return str(folder)
