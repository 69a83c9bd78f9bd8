"""The review's texts: the answers with their sources, the checks, and the plan with its reasons."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from screens.words import VERDICT_GLYPHS, problem_text, usually
from wizard.answers import Source
from wizard.checks import gigabytes, vcpu
from wizard.flow import Prepared
from wizard.parsing import written
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.preflight import Check
from wizard.questions import QUESTIONS, Group, Question
from wizard.readings.survey import Finding, Verdict

ASK_WIDTH = 30


def summary(prepared: Prepared) -> Content:
    """What was checked, then every answer with its source."""
    blocks = [_checks(prepared)]
    for group in Group:
        rows = [row for row in (_answer(each, prepared) for each in _of(group)) if row]
        blocks.append(Content("\n").join([_heading(group.value), *rows]))
    return Content("\n\n").join(blocks)


def _of(group: Group) -> list[Question]:
    return [each for each in QUESTIONS if each.group is group]


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $text-accent")


def _checks(prepared: Prepared) -> Content:
    lines = [_heading("Checked against your account"), *map(_check, prepared.preflight.checks)]
    there = sum(each.verdict is Verdict.KEEP for each in prepared.preflight.findings.values())
    if not prepared.preflight.problems:
        lines.append(Content(f"✓ What is there already: {there} of {len(prepared.plan.steps)}"))
    return Content("\n").join(lines)


def _check(check: Check) -> Content:
    if check.problem is None:
        return Content(f"✓ {check.name}")
    return Content("\n").join(
        [Content.styled(f"✗ {check.name}", "bold $text-error"), problem_text(check.problem)]
    )


def _answer(each: Question, prepared: Prepared) -> Content | None:
    answers = prepared.answers
    values = {one.key: getattr(answers, one.key) for one in QUESTIONS}
    if not each.when(values):
        return None
    given = answers.given.get(each.key)
    source = given.source.words if given else ""
    if given and given.source is Source.DEFAULT and given.reason:
        source = f"default: {given.reason}"
    ask = each.ask if len(each.ask) <= ASK_WIDTH else f"{each.ask}\n{'':<{ASK_WIDTH}}"
    return Content.assemble(
        (f"{ask:<{ASK_WIDTH}} ", "$text-muted"),
        (value_words(each, values[each.key]), "bold"),
        (f"  ({source})" if source else "", "$text-muted"),
    )


def value_words(each: Question, value: Any) -> str:
    """An answer as a person says it."""
    if each.key == "cpu":
        return vcpu(value)
    if each.key == "memory":
        return gigabytes(value)
    label = next((choice.label for choice in each.choices if choice.value == value), "")
    return label or written(value) or "none"


def plan_text(prepared: Prepared) -> Content:
    """Every section with its steps."""
    plan = prepared.plan
    sections = list(dict.fromkeys(step.section for step in plan.steps))
    blocks = []
    for section in sections:
        steps = [step for step in plan.steps if step.section is section]
        blocks.append(
            Content("\n").join(
                [_heading(section.value), *(_step(step, prepared) for step in steps)]
            )
        )
    return Content("\n\n").join(blocks)


def _step(step: Step, prepared: Prepared) -> Content:
    finding = prepared.preflight.findings.get(step.id, Finding(Verdict.MAKE))
    verdict = finding.verdict
    titles = [each.title for each in prepared.plan.steps if each.id in needs(step)]
    differs = f" ({', '.join(finding.differs)})" if finding.differs else ""
    style = "bold $text-error" if verdict is Verdict.REFUSE else "bold"
    return Content.assemble(
        (f"{VERDICT_GLYPHS[verdict]} {step.title}", style),
        (f"  {verdict.value}{differs} · {usually(step.usual)}", "$text-accent"),
        f"\n  {step.why}",
        (f"\n  Needs: {', '.join(titles)}" if titles else "", "$text-muted"),
    )
