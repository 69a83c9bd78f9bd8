"""The texts of the last screen."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from textual.content import Content

from screens.ended import Ended
from screens.words import GLYPHS, MUTED, STYLES, clock, problem_text
from wizard.answers import Answers, Source
from wizard.console import clean
from wizard.events import State
from wizard.names import Names
from wizard.parsing import written
from wizard.plan.model import AskThroughClient, Probe, WriteClientConfig
from wizard.questions import QUESTIONS


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $text-accent")


def success(ended: Ended, result: Mapping[str, str], notes: Mapping[str, str]) -> Content:
    """Where the agent is, what was proved, what to do next."""
    answers = ended.prepared.answers
    where = [
        _heading("Where it is"),
        Content.styled(result["url"], "bold"),
        Content.styled(f"Made in {clock(ended.outcome.seconds)}.", MUTED),
    ]
    blocks = [
        where,
        [_heading("Proved"), *_proofs(ended, notes)],
        [_heading("Next"), *_next(answers)],
        [_heading("Where things are"), *_written(ended, notes), Content(result["service"])],
    ]
    return Content("\n\n").join(Content("\n").join(block) for block in blocks)


def _proofs(ended: Ended, notes: Mapping[str, str]) -> list[Content]:
    rows = []
    for step in ended.prepared.plan.steps:
        if isinstance(step.make, Probe | AskThroughClient):
            note = clean(notes.get(step.id, ""))
            rows.append(
                Content.assemble(
                    ("✓ ", "bold $text-success"),
                    step.title,
                    (f"  ({note})" if note else "", MUTED),
                )
            )
    return rows


def _written(ended: Ended, notes: Mapping[str, str]) -> list[Content]:
    answers = ended.prepared.answers
    rows = [
        Content(clean(notes.get(step.id, "")))
        for step in ended.prepared.plan.steps
        if isinstance(step.make, WriteClientConfig) and notes.get(step.id)
    ]
    if answers.protect:
        secret = Names(answers.name).api_secret
        rows.append(Content(f"The API password is in the secret {secret} in Secrets Manager."))
    return rows


def _next(answers: Answers) -> list[Content]:
    rows = (
        ("formae status agent", "asks the agent how it is"),
        ("formae apply --mode reconcile your-forma.pkl", "applies your first forma"),
        (again(answers), "changes nothing as long as everything is as wanted"),
    )
    return [
        Content.assemble(("$ ", MUTED), (command, "bold"), (f"\n    {what}", MUTED))
        for command, what in rows
    ]


def again(answers: Answers) -> str:
    """The command that does the same again, without the screens."""
    flags = []
    for each in QUESTIONS:
        given = answers.given.get(each.key)
        if each.key == "region" or (given and given.source is not Source.DEFAULT):
            flags += [each.flag, shlex.quote(written(getattr(answers, each.key)))]
    return " ".join(["formae-wizard apply", *flags])


def failure(ended: Ended, notes: Mapping[str, str]) -> Content:
    """First causes, what is there now, and how to go on."""
    outcome, plan = ended.outcome, ended.prepared.plan
    blocks = [problem_text(problem) for _, problem in outcome.errors]
    if outcome.interrupted and not blocks:
        blocks.append(
            Content(
                "You stopped the run. AWS goes on by itself with what was ordered; the next run "
                "finds it."
            )
        )
    rows = [
        Content.assemble(
            (f"{GLYPHS[result.state]} ", STYLES.get(result.state, "")),
            f"{plan.step(step_id).title:<34} ",
            (_now(result.state, notes.get(step_id, "")), STYLES.get(result.state, MUTED)),
        )
        for step_id, result in outcome.results.items()
    ]
    blocks.append(Content("\n").join([_heading("What exists now"), *rows]))
    blocks.append(
        Content("\n").join(
            [
                _heading("How it goes on"),
                Content("Try again here, or later with the same answers:"),
                Content.assemble(("$ ", MUTED), (again(ended.prepared.answers), "bold")),
                Content("It finds what is there and goes on from it."),
            ]
        )
    )
    return Content("\n\n").join(blocks)


def _now(state: State, note: str) -> str:
    if state is State.SKIPPED and note:
        return "stopped while under way"
    return "was there" if state is State.KEPT else state.value
