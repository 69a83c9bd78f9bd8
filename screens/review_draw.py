"""The review's texts: the answers with their sources, the checks, and the plan with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from screens.words import MUTED, VERDICT_GLYPHS, problem_text, usually
from wizard.answers import Answers, Source
from wizard.checks import gigabytes, vcpu
from wizard.flow import Prepared
from wizard.parsing import written
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.preflight import Check
from wizard.questions import QUESTIONS, Group, Question
from wizard.readings.survey import Finding, Verdict


def _heading(text: str) -> Static:
    return Static(Content(text), classes="heading")


def summary(prepared: Prepared) -> Iterator[Widget]:
    """What was checked, then every answer with its source."""
    yield _heading("Checked against your account")
    yield from map(_check, prepared.preflight.checks)
    findings = prepared.preflight.findings.values()
    there = sum(each.verdict is Verdict.KEEP for each in findings)
    if not prepared.preflight.problems:
        yield Static(f"✓ What is there already: {there} of {len(prepared.plan.steps)} steps")
    answers = prepared.answers
    values = {each.key: getattr(answers, each.key) for each in QUESTIONS}
    for group in Group:
        yield _heading(group.value)
        for each in QUESTIONS:
            if each.group is group and each.when(values):
                yield _answer(each, answers)


def _check(check: Check) -> Widget:
    if check.problem is None:
        return Static(Content(f"✓ {check.name}"))
    text = Content.assemble((f"✗ {check.name}\n", "bold $text-error"), problem_text(check.problem))
    return Static(text, classes="trouble")


def _answer(each: Question, answers: Answers) -> Widget:
    given = answers.given.get(each.key)
    source = given.source.words if given else ""
    if given and given.source is Source.DEFAULT and given.reason:
        source = f"default: {given.reason}"
    value = Content.assemble(
        (value_words(each, getattr(answers, each.key)), "bold"),
        (f"  ({source})" if source else "", MUTED),
    )
    ask = Static(Content(each.ask), classes="asked")
    return HorizontalGroup(ask, Static(value, classes="given"))


def value_words(each: Question, value: Any) -> str:
    """An answer as a person says it."""
    if each.key == "cpu":
        return vcpu(value)
    if each.key == "memory":
        return gigabytes(value)
    label = next((choice.label for choice in each.choices if choice.value == value), "")
    if label and not each.closed:
        return f"{value}, {label}"
    return label or written(value) or "none"


def plan_text(prepared: Prepared) -> Iterator[Widget]:
    """Every section with its steps."""
    section = None
    for step in prepared.plan.steps:
        if step.section is not section:
            section = step.section
            yield _heading(section.value)
        yield from _step(step, prepared)


def _step(step: Step, prepared: Prepared) -> Iterator[Widget]:
    finding = prepared.preflight.findings.get(step.id, Finding(Verdict.MAKE))
    verdict = finding.verdict
    titles = [each.title for each in prepared.plan.steps if each.id in needs(step)]
    differs = f" ({', '.join(finding.differs)})" if finding.differs else ""
    style = "bold $text-error" if verdict is Verdict.REFUSE else "bold"
    yield Static(
        Content.assemble(
            (f"{VERDICT_GLYPHS[verdict]} {step.title}", style),
            (f"  {verdict.value}{differs} · {usually(step.usual)}", "$text-accent"),
        )
    )
    after = (f"\nNeeds: {', '.join(titles)}" if titles else "", MUTED)
    yield Static(Content.assemble(step.why, after), classes="why-step")
