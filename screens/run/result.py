"""The end of a run: what was proved and what comes next, or what went wrong and what is there.

The texts of the last screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, Static

from screens.copying import copy
from screens.dialogs import Answer, Dialog
from screens.frame import Reading, WizardScreen
from screens.run.progress_draw import GLYPHS, STYLES
from screens.words import MUTED, clock, problem_text
from wizard.base.text import clean
from wizard.engine.apply import StepResult
from wizard.engine.job import End
from wizard.engine.resume import still_going
from wizard.plan.model import Step
from wizard.ui.common.demo import HERE
from wizard.ui.common.ending import Facts, left_words, log_place, problems, proofs, written

STOPPED = "You stopped the run. Everything created so far is kept."
SUPPORT = "For help: formae-wizard support (it sends nothing)"


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $text-accent")


def success(facts: Facts) -> Content:
    """Where the agent is, what was proved, what to do next."""
    result = facts.end.summary.data
    where = [
        _heading("Address"),
        Content.assemble((result["url"], "bold"), ("  u: copy", MUTED)),
        Content.styled(f"Created in {clock(facts.end.outcome.seconds)}.", MUTED),
    ]
    bill = [Content(facts.bill), Content.styled(facts.prices.notes[0], MUTED)]
    blocks = [
        *_of_demo(facts),
        where,
        [_heading("Verified"), *_proofs(facts)],
        [_heading(facts.next_words), *_commands(facts)],
        [_heading("Resources"), *map(Content, written(facts)), Content(result["service"])],
        [_heading("What it costs"), *bill],
        [_heading("Log"), Content(facts.log)],
    ]
    return Content("\n\n").join(Content("\n").join(block) for block in blocks)


def _of_demo(facts: Facts) -> list[list[Content]]:
    return [[Content.styled(HERE, "bold $text-warning")]] * facts.end.job.demo


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
    blocks = [problem_text(problem) for problem in problems(plan, outcome)]
    if outcome.interrupted and not blocks:
        blocks.append(Content(STOPPED))
    blocks += [line for block in _of_demo(facts) for line in block]
    going = [each.words for each in still_going(outcome, plan)]
    if going and not facts.end.job.demo:
        rows = [Content(f"◐ {clean(words)}") for words in going]
        blocks.append(Content("\n").join([_heading("AWS finishes on its own"), *rows]))
    demo = facts.end.job.demo
    next_rows = [_heading(facts.next_words if demo else "Next steps"), *_commands(facts)]
    if (edited := facts.end.job.edits_left_behind) and not demo:
        next_rows.append(
            Content(f"The first command does not include your edited documents: {edited}")
        )
    blocks.append(Content("\n").join(next_rows))
    rows = [_row(plan.step(step_id), result) for step_id, result in outcome.results.items()]
    if facts.meanwhile:
        rows.insert(0, Content(f"Cost while idle: {facts.meanwhile}."))
    blocks.append(Content("\n").join([_heading("What exists now"), *rows]))
    helped = [Content(SUPPORT)] * (not demo)
    blocks.append(Content("\n").join([_heading("Log"), Content(facts.log), *helped]))
    return Content("\n\n").join(blocks)


def _row(step: Step, result: StepResult) -> Content:
    style = STYLES.get(result.state, "")
    words = left_words(step, result)
    return Content.assemble(
        (f"{GLYPHS[result.state]} ", style), f"{step.title:<34} ", (words, style or MUTED)
    )


HELP = (
    "The result of the run. Another run finds what exists, changes only what differs, and resumes "
    "where this one stopped."
)


class ResultScreen(WizardScreen):
    """How it ended."""

    HELP_TITLE = "Run result"
    HELP_TEXT = HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "leave": "Quit the wizard",
        "back": "Back to the overview",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+l,f5", "again", "Try again"),
        Binding("x", "remove", "Remove"),
        Binding("c", "copy_request", "Copy AWS's message"),
        Binding("u", "copy_url", "Copy URL"),
        Binding("1", "copy_numbered(0)", "Copy 1st"),
        Binding("2", "copy_numbered(1)", "Copy 2nd"),
        Binding("3", "copy_numbered(2)", "Copy 3rd"),
        Binding("escape", "back", "First page"),
    ]

    def __init__(self, ended: End, notes: Mapping[str, str]) -> None:
        super().__init__()
        self._ended = ended
        self._notes = notes

    def compose_body(self) -> ComposeResult:
        """What there is to say, and what can be done."""
        ok = self._ended.outcome.ok
        with Vertical(classes="page"):
            yield Label(self._title, classes="title" if ok else "title -failed")
            with Reading():
                yield Static(self._text())
            with Horizontal(classes="buttons"):
                if not ok:
                    yield Button("Try again", id="again", compact=True)
                yield Button(
                    "Back to the answers" if ok else "Change an answer", id="answers", compact=True
                )
                if not ok:
                    yield Button("Remove it", id="remove", compact=True)
                yield Button("Quit" if ok else "Keep it and quit", id="quit", compact=True)

    def leave(self) -> None:
        """Nothing is lost any more."""
        self.app.exit(self._ended)

    @property
    def _title(self) -> str:
        if self._ended.outcome.ok:
            return "✓ The agent is up"
        return "⊘ Stopped" if self._ended.outcome.interrupted else "✗ Not finished"

    @property
    def _facts(self) -> Facts:
        log = log_place(self.session.flow)
        session = self.session
        return Facts(self._ended, self._notes, session.unit_prices, log, session.account_plan)

    def _text(self) -> Content:
        if self._ended.outcome.ok:
            return success(self._facts)
        return failure(self._facts)

    def on_mount(self) -> None:
        """Quit after success, try again after failure."""
        self.query_one("#quit" if self._ended.outcome.ok else "#again").focus()

    def action_again(self) -> None:
        """Check and run anew."""
        self.wizard.try_again()

    def action_back(self) -> None:
        """To the first page; what is deployed is asked anew."""
        self.wizard.home()

    def action_remove(self) -> None:
        """Take back what it made: shown and asked in the terminal, where it is then told."""
        text = (
            "The wizard closes its screens. In the terminal, it shows what this setup created, "
            "including earlier attempts, and asks before anything is removed. What existed before "
            "stays."
        )
        answers = (Answer("stay", "Stay", "s"), Answer("go", "Show it", "g"))

        def done(answer: str | None) -> None:
            if answer == "go":
                self.app.exit(replace(self._ended, remove=True))

        self.app.push_screen(Dialog("Remove what it created?", text, answers), done)

    def action_copy_request(self) -> None:
        """What AWS's support asks for, and our own code, into the clipboard."""
        copy(self.app, "\n".join(self._references), "What AWS said")

    @property
    def _references(self) -> list[str]:
        found = problems(self._ended.job.plan, self._ended.outcome)
        return [problem.more for problem in found if problem.more]

    def action_copy_numbered(self, number: int) -> None:
        """One of the commands, into the clipboard."""
        commands = self._facts.commands
        if number < len(commands):
            copy(self.app, commands[number][0], f"Command {number + 1}")

    def action_copy_url(self) -> None:
        """The agent's address, into the clipboard."""
        copy(self.app, self._ended.summary.data["url"], "The agent's URL")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "again":
                self.action_again()
            case "answers":
                self.action_back()
            case "remove":
                self.action_remove()
            case _:
                self.wizard.action_leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works: nothing to try again after a success, no address before it."""
        if action == "copy_numbered":
            return int(str(parameters[0])) < len(self._facts.commands)
        ok, said = self._ended.outcome.ok, bool(self._references)
        allowed = {"again": not ok, "remove": not ok, "copy_request": said, "copy_url": ok}
        return allowed.get(action, True)
