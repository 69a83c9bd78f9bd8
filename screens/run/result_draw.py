"""The texts of the last screen."""

from __future__ import annotations

from textual.content import Content

from screens.words import GLYPHS, MUTED, STYLES, clock, problem_text
from wizard.base.text import clean
from wizard.costs import estimate, summary
from wizard.engine.apply import StepResult
from wizard.engine.leftovers import still_going
from wizard.plan.model import Step
from wizard.ui.common.ending import Facts, left_words, proofs, written


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $text-accent")


def success(facts: Facts) -> Content:
    """Where the agent is, what was proved, what to do next."""
    result = facts.end.summary.data
    where = [
        _heading("Where it is"),
        Content.assemble((result["url"], "bold"), ("  u copies it", MUTED)),
        Content.styled(f"Made in {clock(facts.end.outcome.seconds)}.", MUTED),
    ]
    bill = [Content(summary(estimate(facts.answers, facts.prices)))]
    bill.append(Content.styled(facts.prices.notes[0], MUTED))
    blocks = [
        where,
        [_heading("Proved"), *_proofs(facts)],
        [_heading("Next"), *_commands(facts)],
        [_heading("Where things are"), *map(Content, written(facts)), Content(result["service"])],
        [_heading("What it costs"), *bill],
        [_heading("Log"), Content(facts.log)],
    ]
    return Content("\n\n").join(Content("\n").join(block) for block in blocks)


def _proofs(facts: Facts) -> list[Content]:
    return [
        Content.assemble(("✓ ", "bold $text-success"), (title, ""), (f"  {words}", MUTED))
        for title, words in proofs(facts)
    ]


def _commands(facts: Facts) -> list[Content]:
    return [
        Content.assemble((f"{key} ", "$text-primary"), (command, "bold"), (f"\n    {what}", MUTED))
        for key, (command, what) in enumerate(facts.commands, 1)
    ]


def failure(facts: Facts) -> Content:
    """First causes, what is there now, what AWS goes on with, and how to go on."""
    outcome, plan = facts.end.outcome, facts.end.job.plan
    blocks = [problem_text(problem) for _, problem in outcome.errors]
    if outcome.interrupted and not blocks:
        blocks.append(Content("You stopped the run. Nothing that was made is lost."))
    going = [each.words for each in still_going(outcome, plan)]
    if going:
        rows = [Content(f"◐ {clean(words)}") for words in going]
        blocks.append(Content("\n").join([_heading("AWS goes on by itself with"), *rows]))
    next_rows = [_heading("How it goes on"), *_commands(facts)]
    if edited := facts.end.job.edits_left_behind:
        next_rows.append(Content(f"The first one does not know of what you edited: {edited}"))
    blocks.append(Content("\n").join(next_rows))
    rows = [_row(plan.step(step_id), result) for step_id, result in outcome.results.items()]
    if facts.meanwhile:
        rows.insert(0, Content(f"Costs meanwhile, idle: {facts.meanwhile}."))
    blocks.append(Content("\n").join([_heading("What exists now"), *rows]))
    helped = "`formae-wizard support` gathers what helps others to help; it sends nothing."
    blocks.append(Content("\n").join([_heading("Log"), Content(facts.log), Content(helped)]))
    return Content("\n\n").join(blocks)


def _row(step: Step, result: StepResult) -> Content:
    style = STYLES.get(result.state, "")
    words = left_words(result)
    return Content.assemble(
        (f"{GLYPHS[result.state]} ", style), f"{step.title:<34} ", (words, style or MUTED)
    )
