"""The whole script, and the same with its documents beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.answers.model import Answers
from wizard.documents.document import Document
from wizard.plan.model import Plan, Step, TakeAway
from wizard.readings.script.commands import Commands
from wizard.readings.script.frame import RULE, header, helpers, main
from wizard.readings.script.steps import step_lines
from wizard.readings.script.variables import Variables
from wizard.values import parts, refs

SCRIPT_NAME = "deploy.sh"
"""What the script is called among the files of a bundle."""


def script(plan: Plan, answers: Answers) -> str:
    """The plan as one bash file with its documents inside. The same plan gives the same bytes.

    Raises ValueError for a plan that says what bash and `aws` cannot.
    """
    return _written(plan, answers, Commands(plan, Variables(plan)))


def bundle(plan: Plan, answers: Answers) -> Mapping[str, str]:
    """The script as `deploy.sh` and the documents it reads from beside it, by file name."""
    commands = Commands(plan, Variables(plan), beside=True)
    text = _written(plan, answers, commands)
    return {SCRIPT_NAME: text, **commands.kept}


def _written(plan: Plan, answers: Answers, commands: Commands) -> str:
    steps = tuple(step for step in plan.steps if not isinstance(step.make, TakeAway))
    plan = replace(plan, steps=steps)  # the script finds out itself what is not needed any more
    _demand_order(plan)
    lines = [*header(plan), *_sections(plan, commands), *helpers()]
    lines += main(plan, answers, beside=commands.beside)
    return "\n".join(lines) + "\n"


def _demand_order(plan: Plan) -> None:
    """A script goes from top to bottom, so the plan's order must do."""
    done: set[str] = set()
    for step in plan.steps:
        late = ({ref.step for ref in refs(step)} - {step.id} | step.after) - done
        if late:
            raise ValueError(f"{step.id} comes before what it needs: {', '.join(sorted(late))}.")
        done.add(step.id)


def _sections(plan: Plan, commands: Commands) -> list[str]:
    lines: list[str] = []
    section, written = None, list[Document]()
    for step in plan.steps:
        if step.section is not section:
            section = step.section
            lines += [RULE, f"# {section.value}", RULE, ""]
        new = [each for each in plan.documents if each not in written and _uses(step, each)]
        written += new
        lines += [*step_lines(step, commands, new), ""]
    return lines


def _uses(step: Step, document: Document) -> bool:
    """Whether the step sends the document, or compares with it."""
    bodies = [document.body, getattr(document.body, "value", None)]
    return any(part in bodies for part in parts(step) if part is not None)
