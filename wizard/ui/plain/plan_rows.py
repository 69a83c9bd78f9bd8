"""The plan in numbered lines, and everything about the step of one number."""

from __future__ import annotations

from wizard.engine.diff import Action, PlannedChange
from wizard.engine.explain import equivalent
from wizard.engine.links import console_link
from wizard.engine.prepared import Prepared
from wizard.engine.timing import usual
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.ui.common.plan_text import KEPT
from wizard.ui.plain.talk import Back, Talk

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
        words = _words(prepared.preflight.change(step))
        talk.say(f"  {number}. {step.title}: {words}; {usual(step)}.", "   ")


def _say_step(talk: Talk, step: Step, prepared: Prepared) -> None:
    plan, change = prepared.plan, prepared.preflight.change(step)
    talk.say()
    talk.say(f"{step.title}: {_words(change)}; {usual(step)}.")
    talk.say(step.why)
    if change.problem:
        talk.terminal.problem(change.problem)
    for each in change.theirs:
        talk.say(KEPT + each)
    titles = [each.title for each in plan.steps if each.id in needs(step)]
    if titles:
        talk.say(f"It needs: {', '.join(titles)}.")
    link = console_link(step, plan)
    if link and change.action in {Action.KEEP, Action.UPDATE}:
        talk.say("In the AWS console:")
        talk.terminal.write(link)
    talk.say("The same by hand:")
    talk.terminal.write(equivalent(step, plan, profile=prepared.answers.profile))


def _words(change: PlannedChange) -> str:
    differs = f" ({', '.join(change.differs)})" if change.differs else ""
    return f"{change.action.label}{differs}"
