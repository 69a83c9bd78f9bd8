"""The texts of the last screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from screens.ended import Ended
from screens.words import GLYPHS, MUTED, STYLES, clock, problem_text
from wizard.answers import Answers
from wizard.console import clean
from wizard.costs import Prices, estimate, summary
from wizard.events import State
from wizard.names import Names
from wizard.plan.model import AskThroughClient, Probe, Step, WriteClientConfig
from wizard.readings.apply import Left, StepResult
from wizard.readings.left import still_going
from wizard.resume import resume_command


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $text-accent")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts are made of."""

    ended: Ended
    notes: Mapping[str, str]
    """Each step's last note."""
    prices: Prices
    log: str
    """Where the log lies, or why there is none."""
    own_password: bool

    @property
    def answers(self) -> Answers:
        """What was answered."""
        return self.ended.prepared.answers

    @property
    def commands(self) -> list[tuple[str, str]]:
        """What can be done next, each with what it does; the keys 1, 2 and 3 copy them."""
        again = resume_command(self.answers, own_password=self.own_password)
        if not self.ended.outcome.ok:
            plan, profile = self.ended.prepared.plan, self.answers.profile
            going = still_going(self.ended.outcome, plan, profile)[:2]
            asks = [(each.ask, f"asks how far “{each.title}” is") for each in going]
            return [(again, "finds what is there and goes on from it"), *asks]
        return [
            ("formae status agent", "asks the agent how it is"),
            ("formae apply --mode reconcile your-forma.pkl", "applies your first forma"),
            (again, "changes nothing as long as everything is as wanted"),
        ]


def success(facts: Facts, result: Mapping[str, str]) -> Content:
    """Where the agent is, what was proved, what to do next."""
    where = [
        _heading("Where it is"),
        Content.assemble((result["url"], "bold"), ("  u copies it", MUTED)),
        Content.styled(f"Made in {clock(facts.ended.outcome.seconds)}.", MUTED),
    ]
    bill = [Content(summary(estimate(facts.answers, facts.prices)))]
    bill.append(Content.styled(facts.prices.notes[0], MUTED))
    blocks = [
        where,
        [_heading("Proved"), *_proofs(facts)],
        [_heading("Next"), *_commands(facts)],
        [_heading("Where things are"), *_written(facts), Content(result["service"])],
        [_heading("What it costs"), *bill],
        [_heading("Log"), Content(facts.log)],
    ]
    return Content("\n\n").join(Content("\n").join(block) for block in blocks)


def _proofs(facts: Facts) -> list[Content]:
    rows = []
    for step in facts.ended.prepared.plan.steps:
        if isinstance(step.make, Probe | AskThroughClient):
            words = _proved(step, clean(facts.notes.get(step.id, "")))
            row = [("✓ ", "bold $text-success"), (step.title, ""), (f"  {words}", MUTED)]
            rows.append(Content.assemble(*row))
    return rows


def _proved(step: Step, note: str) -> str:
    """What the step's good end means."""
    match step.make:
        case Probe(status=status, username=username):
            said = note or f"HTTP {status}"
            return f"{said}, {'without a' if username is None else 'with the'} password"
        case _:
            return f"its version fits{f': {note}' if note else ''}"


def _written(facts: Facts) -> list[Content]:
    rows = [
        Content(clean(facts.notes.get(step.id, "")))
        for step in facts.ended.prepared.plan.steps
        if isinstance(step.make, WriteClientConfig) and facts.notes.get(step.id)
    ]
    if facts.answers.protect:
        secret = Names(facts.answers.name).api_secret
        rows.append(Content(f"The API password is in the secret {secret} in Secrets Manager."))
    return rows


def _commands(facts: Facts) -> list[Content]:
    return [
        Content.assemble((f"{key} ", "$text-primary"), (command, "bold"), (f"\n    {what}", MUTED))
        for key, (command, what) in enumerate(facts.commands, 1)
    ]


def failure(facts: Facts) -> Content:
    """First causes, what is there now, what AWS goes on with, and how to go on."""
    outcome, plan = facts.ended.outcome, facts.ended.prepared.plan
    blocks = [problem_text(problem) for _, problem in outcome.errors]
    if outcome.interrupted and not blocks:
        blocks.append(Content("You stopped the run. Nothing that was made is lost."))
    going = [each.words for each in still_going(outcome, plan)]
    if going:
        rows = [Content(f"◐ {clean(words)}") for words in going]
        blocks.append(Content("\n").join([_heading("AWS goes on by itself with"), *rows]))
    next_rows = [_heading("How it goes on"), *_commands(facts)]
    edited = ", ".join(each.name for each in plan.documents if each.edited)
    if edited:
        next_rows.append(Content(f"The first one does not know of what you edited: {edited}"))
    blocks.append(Content("\n").join(next_rows))
    rows = [_row(plan.step(step_id), result) for step_id, result in outcome.results.items()]
    blocks.append(Content("\n").join([_heading("What exists now"), *rows]))
    blocks.append(Content("\n").join([_heading("Log"), Content(facts.log)]))
    return Content("\n\n").join(blocks)


def _row(step: Step, result: StepResult) -> Content:
    style = STYLES.get(result.state, "")
    words = "was there" if result.state is State.KEPT else result.state.value
    if result.left is not Left.NOTHING:
        words = f"{words}, {result.left.value}" if result.error else result.left.value
    return Content.assemble(
        (f"{GLYPHS[result.state]} ", style), f"{step.title:<34} ", (words, style or MUTED)
    )
