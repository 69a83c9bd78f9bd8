"""The plan in numbered lines, and everything about the step of one number."""

from __future__ import annotations

from wizard.changes.text import KEPT
from wizard.flow import Prepared
from wizard.plain.talk import Back, Talk
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.readings.explain import console_link, equivalent, usual
from wizard.readings.survey import Finding, Verdict

KEYS = {"": "back to the review"}


def plan_rows(talk: Talk, prepared: Prepared) -> None:
    """Say every step; then those whose numbers are typed, in full, until Enter."""
    steps = prepared.plan.steps
    _say_rows(talk, prepared)
    while True:
        talk.offer(KEYS, "all about that step")
        try:
            chosen = talk.choose("Which step?", KEYS, len(steps))
        except Back:
            return
        if not chosen:
            return
        _say_step(talk, steps[int(chosen) - 1], prepared)


def _say_rows(talk: Talk, prepared: Prepared) -> None:
    section = None
    for number, step in enumerate(prepared.plan.steps, 1):
        if step.section is not section:
            section = step.section
            talk.say(f"{section.value}:")
        finding = _finding(step, prepared)
        talk.say(f"  {number}. {step.title}: {_verdict(finding)}; {usual(step)}.", "   ")


def _say_step(talk: Talk, step: Step, prepared: Prepared) -> None:
    plan, finding = prepared.plan, _finding(step, prepared)
    talk.say()
    talk.say(f"{step.title}: {_verdict(finding)}; {usual(step)}.")
    talk.say(step.why)
    if finding.problem:
        talk.terminal.problem(finding.problem)
    for each in finding.theirs:
        talk.say(KEPT + each)
    titles = [each.title for each in plan.steps if each.id in needs(step)]
    if titles:
        talk.say(f"It needs: {', '.join(titles)}.")
    link = console_link(step, plan)
    if link and finding.verdict in {Verdict.KEEP, Verdict.MEND}:
        talk.say("In the AWS console:")
        talk.terminal.write(link)
    talk.say("The same by hand:")
    talk.terminal.write(equivalent(step, plan, profile=prepared.answers.profile))


def _finding(step: Step, prepared: Prepared) -> Finding:
    return prepared.preflight.findings.get(step.id, Finding(Verdict.MAKE))


def _verdict(finding: Finding) -> str:
    differs = f" ({', '.join(finding.differs)})" if finding.differs else ""
    return f"{finding.verdict.value}{differs}"
